// Serves the built page with an invented service behind it: `node dev/run.mjs [--port 5180] [--mount /admin] [--token …]
// [--role read|operate|configure] [--blocked 23] [--degraded]`. Prints its address as its first line.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createServer } from 'vite';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '5180' },
    mount: { type: 'string', default: '/admin' },
    token: { type: 'string' },
    role: { type: 'string', default: 'configure' },
    blocked: { type: 'string', default: '23' },
    degraded: { type: 'boolean', default: false },
  },
});

const roles = ['read', 'operate', 'configure'];
const vite = await createServer({
  root: dirname(dirname(fileURLToPath(import.meta.url))),
  configFile: false,
  logLevel: 'error',
  server: { middlewareMode: true, watch: null, ws: false },
  appType: 'custom',
  optimizeDeps: { noDiscovery: true },
});
const { startDev } = await vite.ssrLoadModule('/dev/server.ts');
const server = await startDev({
  port: Number(values.port),
  mount: values.mount,
  token: values.token,
  roles: roles.slice(0, roles.indexOf(values.role) + 1),
  blocked: Number(values.blocked),
  degraded: values.degraded,
});
await vite.close();
console.log(`http://127.0.0.1:${server.address().port}${values.mount}`);

const stop = () => {
  server.closeAllConnections();
  server.close(() => process.exit(0));
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
