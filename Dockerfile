# The sample app. docker build -t floodgate-sample .

FROM node:20-slim AS build
WORKDIR /app
# The manifests alone first, so that packages are installed again only when one of them changes.
COPY package.json package-lock.json .npmrc ./
COPY libs/rate-limit/package.json libs/rate-limit/
COPY libs/admin-ui/package.json libs/admin-ui/
COPY libs/greetings/package.json libs/greetings/
COPY apps/sample/package.json apps/sample/
COPY apps/greeter/package.json apps/greeter/
COPY bench/package.json bench/
RUN npm ci --no-audit --no-fund
COPY nest-cli.json tsconfig.json ./
COPY tools/copy-ui.mjs tools/
COPY libs/admin-ui libs/admin-ui
COPY libs/rate-limit libs/rate-limit
COPY apps/sample apps/sample
RUN npm run build:library && npx nest build sample && npm prune --omit=dev --no-audit --no-fund

FROM node:20-slim
ENV NODE_ENV=production PORT=3000
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
# node_modules/nest-floodgate is a link to this folder.
COPY --from=build /app/libs/rate-limit/package.json libs/rate-limit/
COPY --from=build /app/libs/rate-limit/dist libs/rate-limit/dist
COPY --from=build /app/apps/sample/package.json apps/sample/
COPY --from=build /app/apps/sample/dist apps/sample/dist
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "apps/sample/dist/main.js"]
