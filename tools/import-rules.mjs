/**
 * Which folder of the library may import what. ESLint enforces this table (eslint.config.mjs); its messages say why.
 */
const librarySource = 'libs/rate-limit/src';

const layers = [
  {
    folder: 'core',
    folders: [],
    packages: ['ms', 'luxon'],
    why: 'core is pure decision logic that runs anywhere, so it imports nothing outside core but the packages `ms` and `luxon`.',
  },
  {
    folder: 'engine',
    folders: ['core'],
    packages: [],
    why: 'engine applies core to any store and any transport, so it imports core only.',
  },
  {
    folder: 'stores/memory',
    folders: ['core'],
    packages: [],
    why: 'a store implements the contract that core declares, so it imports core only, never another store.',
  },
  {
    folder: 'stores/redis',
    folders: ['core'],
    packages: ['ioredis', 'node:crypto', 'node:events', 'node:os', 'node:tls'],
    why: 'a store implements the contract that core declares, so it imports core and what reaches Redis, never another store.',
  },
  {
    folder: 'environment',
    folders: ['core', 'stores/redis'],
    packages: ['zod'],
    why: 'environment turns variables into options, so it imports core, the options of the Redis store and zod only.',
  },
  {
    folder: 'http',
    folders: ['core'],
    packages: ['ipaddr.js', 'proxy-addr', 'node:http', 'node:net'],
    why: 'http turns decisions into headers and addresses without a framework, so it imports core, ipaddr.js, proxy-addr, node:http and node:net only.',
  },
  {
    folder: 'statistics',
    folders: ['core', 'engine', 'events'],
    packages: ['node:crypto', 'node:fs', 'node:os', 'node:path'],
    why: 'statistics counts what the engine decides and shares it through Redis commands, so it imports core, engine and events only.',
  },
  {
    folder: 'events',
    folders: ['core', 'engine'],
    packages: ['rxjs', '@nestjs/common', '@nestjs/core'],
    why: 'events tells applications what happened, so it imports core, engine, rxjs and what Nest finds handlers by.',
  },
  {
    folder: 'health',
    folders: ['core', 'engine', 'nest', 'statistics'],
    packages: ['@nestjs/common', 'node:crypto'],
    why: 'health shows what statistics knows, so it imports core, engine, nest and statistics, and no optional package.',
  },
  {
    folder: 'metrics',
    folders: ['core', 'engine', 'nest', 'statistics'],
    packages: ['@nestjs/common', 'prom-client', '@opentelemetry/api'],
    why: 'metrics shows what statistics knows to Prometheus and OpenTelemetry, so it imports nothing else.',
  },
  {
    folder: 'control',
    folders: ['core', 'engine', 'statistics'],
    packages: ['ipaddr.js', 'node:crypto'],
    why: 'control makes what operators decide hold for all instances, without a framework, so it imports core, engine, statistics, ipaddr.js and node:crypto only.',
  },
  {
    folder: 'admin/api',
    folders: [],
    packages: [],
    why: 'admin/api is what a user interface knows of the library, so it imports nothing.',
  },
  {
    folder: 'testing',
    folders: ['core'],
    packages: [],
    why: 'testing is loaded by applications’ tests on its own, so it imports core only.',
  },
];

const specs = '**/*.{spec,spec-support}.ts';
const escaped = (name) => name.replaceAll('.', '\\.');

const directions = {
  files: [`${librarySource}/**/*.ts`],
  ignores: [specs],
  rules: {
    'import-x/no-restricted-paths': [
      'error',
      {
        zones: layers.map(({ folder, folders, why }) => ({
          target: `./${librarySource}/${folder}`,
          from: `./${librarySource}`,
          except: [folder, ...folders].map((allowed) => `./${allowed}`),
          message: why,
        })),
      },
    ],
  },
};

const packages = layers.map((layer) => ({
  files: [`${librarySource}/${layer.folder}/**/*.ts`],
  ignores: [specs],
  rules: {
    'no-restricted-imports': [
      'error',
      { patterns: [{ regex: `^(?!\\.|(?:${layer.packages.map(escaped).join('|')})$)`, message: layer.why }] },
    ],
  },
}));

const consumers = {
  files: ['apps/**/*.ts', 'libs/greetings/**/*.ts', 'test/**/*.ts'],
  // These look at what the library keeps in Redis, and at leases between instances: nothing that is published shows it.
  ignores: ['test/redis/**', 'test/property/leases/**'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: '(?:^|/)(?:libs|rate-limit)/|^nest-floodgate/(?!(?:testing|throttler|health|metrics|admin)$)',
            message: 'applications and tests use what is published: `nest-floodgate` and its subpaths.',
          },
        ],
      },
    ],
  },
};

export const importRules = [directions, ...packages, consumers];
