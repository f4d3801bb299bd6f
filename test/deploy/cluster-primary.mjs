// Runs an app of a PM2 ecosystem file as PM2 does in cluster mode: so many workers, on one port. Arguments: the file, and
// variables of the environment that win over the file's, as JSON. Ends the workers with SIGINT, as PM2 does.
import cluster from 'node:cluster';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const [file, variables] = process.argv.slice(2);
const [app] = createRequire(import.meta.url)(file).apps;

cluster.setupPrimary({ exec: resolve(app.script), execArgv: app.node_args.split(' '), silent: true });
for (let count = 0; count < app.instances; count++) cluster.fork({ ...app.env, ...JSON.parse(variables) });

let listening = 0;
cluster.on('listening', () => {
  listening++;
  if (listening === app.instances) console.log('listening');
});
for (const worker of Object.values(cluster.workers)) worker.process.stderr.pipe(process.stderr);

process.on('SIGTERM', () => {
  for (const worker of Object.values(cluster.workers)) worker.process.kill('SIGINT');
});
