import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from './kustomize';

const read = (file: string) => readFileSync(join(root, file), 'utf8');
const directory = mkdtempSync(join(tmpdir(), 'floodgate-shipped-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

test.each([
  'docs/redis.md',
  'deploy/redis/users.acl',
  'k8s/components/redis/start.sh',
  'k8s/components/redis-sentinel/start-redis.sh',
])('%s gives the limiter the rights that docs/security.md names', (file) => {
  const rights = /^ACL SETUSER limiter on >PASSWORD (.*)$/m.exec(read('docs/security.md'))![1]!;
  expect(rights).toMatch(/^~rl:\* resetchannels -@all \+evalsha /);
  expect(read(file)).toContain(` ${rights}\n`);
});

test.each(['deploy/redis/redis.conf', 'k8s/components/redis/redis.conf', 'k8s/components/redis-sentinel/redis.conf'])(
  '%s keeps nothing on disk, has a maximum, and evicts what ends soonest',
  (file) => {
    const lines = read(file).split('\n');
    for (const line of ['save ""', 'appendonly no', 'maxmemory 256mb', 'maxmemory-policy volatile-ttl']) {
      expect(lines).toContain(line);
    }
  },
);

test('deploy/redis/redis.conf tells systemd that it is up, which waits for that, and has a folder to write to', () => {
  const lines = read('deploy/redis/redis.conf').split('\n');
  for (const line of ['supervised auto', 'daemonize no', 'dir /var/lib/redis']) expect(lines).toContain(line);
});

test('systemd, where it is there, finds nothing wrong with the unit but what is not installed', () => {
  const unit = join(directory, 'floodgate@3000.service');
  const text = read('deploy/systemd/floodgate@.service').replace('/usr/bin/node', process.execPath);
  writeFileSync(unit, text.replaceAll('%i', '3000'));
  const { stderr, error } = spawnSync('systemd-analyze', ['verify', '--man=no', unit], { encoding: 'utf8' });
  if (error === undefined) expect(stderr.split('\n').filter((line) => line.includes('floodgate@'))).toEqual([]);
  expect(text).toMatch(/^NoNewPrivileges=yes$/m);
  expect(text).toMatch(/^DynamicUser=yes$/m);
});

test('the unit lets V8 ask for memory protection keys, without which the process is killed at its start', () => {
  const filters = read('deploy/systemd/floodgate@.service').match(/(?<=^SystemCallFilter=).*$/gm);
  expect(filters).toEqual(['@system-service @pkey', '~@privileged @resources']);
});

test('files of variables name only what .env.example explains', () => {
  const explained = new Set(read('.env.example').match(/^\w+(?==)/gm));
  const { env } = jest.requireActual('../../deploy/pm2/ecosystem.config.cjs').apps[0] as { env: object };
  const used = [...(read('deploy/systemd/floodgate.env').match(/^\w+(?==)/gm) ?? []), ...Object.keys(env)];
  expect(used.filter((name) => !explained.has(name))).toEqual([]);
});

describe('docker-compose.observability.yml', () => {
  const file = 'docker-compose.observability.yml';
  const { services } = parse(read(file)) as {
    services: Record<string, { ports: string[]; volumes: string[]; image: string; healthcheck: object }>;
  };

  test('adds Prometheus and Grafana, reached from this machine alone', () => {
    expect(Object.keys(services)).toEqual(['prometheus', 'grafana']);
    for (const { ports, image, healthcheck } of Object.values(services)) {
      expect(ports).toEqual([expect.stringMatching(/^127\.0\.0\.1:/)]);
      expect(image).toMatch(/:v?\d+\.\d+\.\d+$/);
      expect(healthcheck).toBeDefined();
    }
  });

  test('is read by Compose together with the main file, and asks for a password', () => {
    const plugin = spawnSync('docker', ['compose', 'version']).status === 0;
    const program = plugin ? 'docker' : 'docker-compose';
    const args = plugin ? ['compose'] : [];
    const empty = join(directory, 'empty.env');
    writeFileSync(empty, '');
    const files = ['--env-file', empty, '-f', 'docker-compose.yml', '-f', file, 'config', '--services'];
    const config = (variables: NodeJS.ProcessEnv) =>
      execFileSync(program, [...args, ...files], {
        cwd: root,
        encoding: 'utf8',
        stdio: 'pipe',
        env: { PATH: process.env['PATH'], REDIS_PASSWORD: 'x', ...variables },
      });
    expect(config({ GRAFANA_PASSWORD: 'y' }).trim().split('\n').sort()).toEqual(
      ['app', 'grafana', 'nginx', 'prometheus', 'redis'].sort(),
    );
    expect(() => config({})).toThrow(/Set GRAFANA_PASSWORD in \.env/);
  });
});
