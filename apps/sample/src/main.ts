import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Config, readConfig } from './config';
import { createApp } from './create-app';

async function main(): Promise<void> {
  const config = withAdminToken(readConfig(process.env));
  const app = await createApp(config);
  // On a signal Nest stops accepting, lets the requests under way finish, and ends the process with 0.
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  await app.listen(config.port, '0.0.0.0');
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  greet(`http://localhost:${port}`, config);
}

/** In development everybody who starts the app may look at its limits: with a token of this start. */
function withAdminToken(config: Config): Config {
  if (config.environment !== 'development') return config;
  return { ...config, adminToken: config.adminToken ?? randomBytes(24).toString('hex') };
}

function greet(url: string, { adminToken }: Config): void {
  const admin = adminToken === undefined ? '' : `\nEvery limit, live: ${url}/admin with the token ${adminToken}\n`;
  console.log(`
The sample runs at ${url}. Try:

  curl -i ${url}/api/v1/items
  curl -i ${url}/api/chat -H 'content-type: application/json' -d '{"message":"hello"}'
  for i in $(seq 105); do curl -s -o /dev/null -w '%{http_code}\\n' ${url}/api/v1/items; done | sort | uniq -c
${admin}`);
}

/** Why the app does not run, in words for whoever started it. */
function explain(error: unknown): string {
  const { code, message, port } = error as NodeJS.ErrnoException & { readonly port?: number };
  if (code === 'EADDRINUSE') return `PORT is ${port ?? 0}, which is in use. Stop what uses it, or set another PORT.`;
  if (code === 'EACCES') return `PORT is ${port ?? 0}, which needs more rights. Set PORT to 1024 or more.`;
  return message;
}

main().catch((error: unknown) => {
  console.error(explain(error));
  // Not by itself: what the app had begun goes on, such as connecting to Redis.
  process.exit(1);
});
