const swc = {
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};

const PATIENCE = '<rootDir>/test/support/patience.ts';

const project = (displayName, testMatch) => ({
  displayName,
  testMatch,
  setupFilesAfterEnv: [PATIENCE],
  testEnvironment: 'node',
  transform: { '\\.m?[jt]s$': ['@swc/jest', { ...swc, swcrc: false }] },
  // Nest 12 is ES modules only, which Jest cannot require: SWC turns it into CommonJS.
  transformIgnorePatterns: ['/node_modules/(?!@nestjs/)'],
  // The library's tests run against its sources; only the `package` project looks at what gets published.
  moduleNameMapper: {
    '^nest-floodgate$': '<rootDir>/libs/rate-limit/src/index.ts',
    '^nest-floodgate/(.*)$': '<rootDir>/libs/rate-limit/src/$1/index.ts',
    // What bench/ uses that is not published, it takes from the build.
    '^.*/libs/rate-limit/dist/(.*)\\.js$': '<rootDir>/libs/rate-limit/src/$1.ts',
    '^@floodgate-demo/greetings$': '<rootDir>/libs/greetings/src/index.ts',
  },
  modulePathIgnorePatterns: ['<rootDir>/(?:libs|apps)/[^/]+/dist/', '<rootDir>/test/package/fixtures/'],
});

/** Tests of real processes: what other programs do to the machine must not fail them (CONTRIBUTING.md, Tests). */
const processes = (displayName, testMatch) => ({
  ...project(displayName, testMatch),
  setupFilesAfterEnv: [PATIENCE, '<rootDir>/test/support/second-try.ts'],
});

export default {
  projects: [
    project('unit', ['<rootDir>/libs/**/src/**/*.spec.ts']),
    project('property', ['<rootDir>/test/property/**/*.spec.ts']),
    project('e2e', ['<rootDir>/test/e2e/**/*.e2e-spec.ts']),
    processes('redis', ['<rootDir>/test/redis/**/*.redis-spec.ts']),
    processes('operating', ['<rootDir>/test/operating/**/*.operating-spec.ts']),
    processes('admin', ['<rootDir>/test/admin/**/*.admin-spec.ts']),
    processes('browser', ['<rootDir>/test/browser/**/*.browser-spec.ts']),
    processes('deploy', ['<rootDir>/test/deploy/**/*.deploy-spec.ts']),
    processes('full', ['<rootDir>/test/full/**/*.full-spec.ts']),
    processes('throttler', ['<rootDir>/test/throttler/**/*.throttler-spec.ts']),
    project('bench', ['<rootDir>/test/bench/**/*.bench-spec.ts']),
    {
      ...project('package', ['<rootDir>/test/package/**/*.spec.ts']),
      globalSetup: '<rootDir>/test/package/pack.ts',
      globalTeardown: '<rootDir>/test/package/unpack.ts',
    },
  ],
};
