import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

const root = resolve(__dirname, '../..');
const read = (name: string) => readFileSync(join(root, name), 'utf8');

interface Service {
  readonly image?: string;
  readonly user?: string;
  readonly command?: readonly string[];
  readonly deploy?: { readonly replicas?: number };
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly restart?: string;
  readonly mem_limit?: string | number;
  readonly read_only?: boolean;
}

/** Compose 2 is a part of docker; the one before is a program of its own. */
const hasPlugin = spawnSync('docker', ['compose', 'version']).status === 0;
const [program, plugin] = hasPlugin ? ['docker', ['compose']] : ['docker-compose', []];

/** In place of the .env that may be in this checkout. */
const directory = mkdtempSync(join(tmpdir(), 'floodgate-compose-'));
const noVariables = join(directory, 'empty.env');
writeFileSync(noVariables, '');
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function config(file: string, env: NodeJS.ProcessEnv = { REDIS_PASSWORD: 'a secret' }): Record<string, Service> {
  const args = [...plugin, '--env-file', noVariables, '-f', join(root, file), 'config'];
  const options = { cwd: root, encoding: 'utf8', stdio: 'pipe', env: { PATH: process.env['PATH'], ...env } } as const;
  return (parse(execFileSync(program, args, options)) as { services: Record<string, Service> }).services;
}

const files = ['docker-compose.yml', 'docker-compose.sentinel.yml', 'docker-compose.cluster.yml'];

jest.setTimeout(60_000);

describe.each(files)('%s', (file) => {
  const services = config(file);
  const named = (pattern: RegExp) => Object.entries(services).filter(([name]) => pattern.test(name));
  const servers = named(/^(?:redis|node)/);

  test('does not start without a password', () => {
    expect(() => config(file, {})).toThrow(/Set REDIS_PASSWORD in \.env/);
  });

  test('gives every Redis the password, a memory cap and the configuration of the limiter', () => {
    expect(servers.length).toBeGreaterThan(0);
    for (const [, { command, mem_limit, user }] of servers) {
      expect(command?.join(' ')).toMatch(/^redis-server \/etc\/redis\/(?:redis|cluster)\.conf --requirepass a secret/);
      expect(mem_limit).toBeDefined();
      expect(user).toBe('redis');
    }
  });

  test('runs the app with that password, as nobody special, on a disk it cannot write', () => {
    expect(services['app']).toMatchObject({ user: 'node', read_only: true });
    expect(services['app']?.environment).toMatchObject({ RATE_LIMIT_REDIS_PASSWORD: 'a secret' });
  });

  test('restarts what ends, and looks at the health of all but the app, whose image does', () => {
    for (const [name, { healthcheck, restart }] of Object.entries(services)) {
      const isJob = name === 'cluster-create';
      expect([name, restart]).toEqual([name, isJob ? 'no' : 'unless-stopped']);
      if (!isJob && name !== 'app') expect([name, healthcheck?.test[0]]).toEqual([name, expect.stringMatching(/^CMD/)]);
    }
  });

  test('opens the admin page of the app to whoever has the token of .env, and to nobody without one', () => {
    const tokens = { ADMIN_TOKEN: 'a'.repeat(32), ADMIN_READ_TOKEN: 'b'.repeat(32) };
    const given = config(file, { REDIS_PASSWORD: 'a secret', ...tokens });
    expect(given['app']?.environment).toMatchObject(tokens);
    expect(services['app']?.environment).toMatchObject({ ADMIN_TOKEN: '', ADMIN_READ_TOKEN: '' });
  });

  test('names only variables that .env.example explains', () => {
    const variables = Array.from(read(file).matchAll(/(?<!\$)\$\{(\w+)/g), ([, name]) => name!);
    expect(read('.env.example').match(/^\w+(?==)/gm)).toEqual(expect.arrayContaining(variables));
  });
});

test('docker-compose.yml has three instances behind nginx, which alone is reached from outside', () => {
  const services = config('docker-compose.yml');
  expect(services['app']?.deploy?.replicas).toBe(3);
  expect(services['app']?.environment).toMatchObject({ RATE_LIMIT_INSTANCES: '3', TRUSTED_PROXIES: 'private' });
  const open = Object.keys(services).filter((name) => 'ports' in services[name]!);
  expect(open).toEqual(['nginx']);
});

test('docker-compose.sentinel.yml has a master, two replicas and three Sentinels that watch it', () => {
  const services = config('docker-compose.sentinel.yml');
  const replicas = Object.values(services).filter(({ command }) => command?.includes('--replicaof'));
  expect(replicas).toHaveLength(2);
  expect(Object.keys(services).filter((name) => name.startsWith('sentinel-'))).toHaveLength(3);
  expect(read('docker/sentinel.conf')).toMatch(/^sentinel monitor floodgate 172\.28\.250\.11 6379 2$/m);
  expect(services['redis-1']).toMatchObject({ networks: { redis: { ipv4_address: '172.28.250.11' } } });
});

test('docker-compose.cluster.yml has six nodes', () => {
  const nodes = Object.keys(config('docker-compose.cluster.yml')).filter((name) => name.startsWith('node-'));
  expect(nodes).toHaveLength(6);
});

test('a full Redis lets go of what ends soonest, and writes nothing to disk', () => {
  const conf = read('docker/redis.conf');
  expect(conf).toMatch(/^maxmemory 256mb$/m);
  expect(conf).toMatch(/^maxmemory-policy volatile-ttl$/m);
  expect(conf).toMatch(/^save ""$/m);
  expect(read('docker/cluster.conf')).toMatch(/^include \/etc\/redis\/redis\.conf$/m);
});

test('nginx replaces X-Forwarded-For and finds instances again', () => {
  const conf = read('docker/nginx.conf');
  expect(conf).toContain('proxy_set_header X-Forwarded-For $remote_addr;');
  expect(conf).toMatch(/server app:3000 resolve /);
});

test('nginx tells the app under which host and port it is asked, to which the admin page compares the origin', () => {
  expect(read('docker/nginx.conf')).toContain('proxy_set_header Host $http_host;');
});

test('nginx shows nobody what is for Prometheus and orchestrators, in Compose as without containers', () => {
  const [, hidden] = /^ *(location ~\* \^\/.*) \{$/m.exec(read('deploy/nginx/floodgate.conf'))!;
  expect(hidden).toContain('metrics|livez|readyz|startupz|health|api/health');
  expect(read('docker/nginx.conf')).toContain(`${hidden} {\n      return 404;\n`);
});

test('git does not take .env, which has passwords', () => {
  expect(read('.gitignore').split('\n')).toContain('.env');
});

describe('the image', () => {
  const dockerfile = read('Dockerfile');
  const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));

  test('runs the app as its first process and not as root, and tells its health', () => {
    expect(last).toMatch(/^USER node$/m);
    expect(last).toMatch(/^STOPSIGNAL SIGTERM$/m);
    expect(last).toMatch(/^HEALTHCHECK /m);
    expect(last).toMatch(/^CMD \["node", /m);
  });

  test('has the manifest of every workspace, without which npm ci fails', () => {
    const { workspaces } = JSON.parse(read('package-lock.json')).packages[''] as { workspaces: string[] };
    expect(workspaces).toEqual(['libs/*', 'apps/*', 'bench']);
    const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, object> };
    const folders = Object.keys(lock.packages).filter((name) => /^(?:libs|apps)\/[^/]+$|^bench$/.test(name));
    for (const folder of folders) expect(dockerfile).toContain(`COPY ${folder}/package.json ${folder}/\n`);
  });
});
