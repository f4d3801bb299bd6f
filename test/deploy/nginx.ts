import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';
import { Child } from './child';
import { root } from './kustomize';

const PROGRAM = existsSync('/usr/sbin/nginx') ? '/usr/sbin/nginx' : 'nginx';

const shipped = (file: string) => readFileSync(join(root, 'deploy', 'nginx', file), 'utf8');

export interface NginxOptions {
  /** For its files. */
  readonly directory: string;
  readonly port: number;
  readonly appPort: number;
  /** A balancer on this machine stands before it. */
  readonly behindLoadBalancer?: boolean;
}

/** The shipped configuration with other ports and without TLS, and nothing else changed. */
function adapted({ port, appPort, behindLoadBalancer }: NginxOptions): string {
  const conf = shipped('floodgate.conf');
  const [map] = /^map [^]*?^\}\n/m.exec(conf)!;
  const [, ...lines] = /server \{\n {2}listen 443 ssl;\n([^]*)$/.exec(conf)!;
  const upstream = `upstream floodgate {\n  server 127.0.0.1:${appPort};\n  keepalive 32;\n}\n`;
  const server = lines.join('').replaceAll(/^ {2}ssl_.*\n/gm, '');
  const balancer = shipped('behind-load-balancer.conf').replace('10.0.0.0/8', '127.0.0.0/8');
  return `${behindLoadBalancer === true ? balancer : ''}${map}${upstream}server {\n  listen 127.0.0.1:${port};\n${server}`;
}

/** A real nginx on loopback, in a directory of its own. */
export function startNginx(options: NginxOptions): Promise<Child> {
  const { directory, port } = options;
  mkdirSync(directory, { recursive: true });
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const conf = join(directory, 'nginx.conf');
  const lines = [
    `daemon off;\nmaster_process off;\npid ${directory}/nginx.pid;\nerror_log stderr warn;`,
    'events { worker_connections 64; }\nhttp {\naccess_log off;',
    ...folders.map((name) => `${name}_temp_path ${directory}/${name};`),
    adapted(options),
    '}',
  ];
  writeFileSync(conf, lines.join('\n'));
  return new Child(PROGRAM, ['-c', conf, '-e', 'stderr', '-p', directory], {}).until(async () => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
  });
}
