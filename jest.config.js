const { availableParallelism } = require('node:os');

const common = {
  testEnvironment: 'node',
  // Types are `npm run typecheck`'s business.
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }],
  },
  // In Jest's sandbox, globals are slow to look up: inner loops that use these run two to three times faster
  // with them as parameters.
  sandboxInjectedGlobals: [
    'Math',
    'Number',
    'Buffer',
    'Uint8Array',
    'Int32Array',
    'Float64Array',
    'Object',
    'Array',
    'String',
  ],
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/', '<rootDir>/.local/'],
};

/** End-to-end tests of the producer, which need no Flink. */
const PRODUCER_E2E = ['/test/e2e/produce[^/]*\\.e2e\\.ts$', '/test/producer/[^/]*\\.e2e\\.ts$'];

/** Those of them that wait for transactions and outages most of the time, and those of the viewer. */
const EXACTLY_ONCE_E2E = ['/test/e2e/(produce-(exactly-once|takeover|watch)|viewer)\\.e2e\\.ts$'];

/** End-to-end tests that start the services themselves. */
const LOCAL_E2E = '/test/e2e/local(-live)?\\.e2e\\.ts$';

/** @type {import('jest').Config} */
module.exports = {
  // Jest's default leaves one core out, which is half of a small machine. Some tests wait for processes or
  // timers, so there are more workers than cores.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  // Jest's default of 5 s fails tests that start processes on a machine that does other work.
  testTimeout: 20_000,
  coverageProvider: 'v8',
  collectCoverageFrom: ['producer/**/*.ts', '!**/dist/**', '!**/*.d.ts'],
  coverageReporters: ['text-summary', 'lcov', 'json'],
  projects: [
    { ...common, displayName: 'unit', testMatch: ['<rootDir>/test/**/*.test.ts'] },
    {
      ...common,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/**/*.e2e.ts'],
      testPathIgnorePatterns: [...PRODUCER_E2E, ...EXACTLY_ONCE_E2E, LOCAL_E2E],
      globalSetup: '<rootDir>/test/e2e/setup.ts',
      globalTeardown: '<rootDir>/test/e2e/teardown.ts',
      setupFilesAfterEnv: ['<rootDir>/test/e2e/timeout.ts'],
    },
    {
      // These kill their broker, so they have their own services.
      ...common,
      displayName: 'produce',
      testRegex: PRODUCER_E2E,
      testPathIgnorePatterns: EXACTLY_ONCE_E2E,
      globalSetup: '<rootDir>/test/e2e/setup-producer.ts',
      globalTeardown: '<rootDir>/test/e2e/teardown.ts',
      setupFilesAfterEnv: ['<rootDir>/test/e2e/timeout.ts'],
    },
    {
      ...common,
      displayName: 'exactly-once',
      testRegex: EXACTLY_ONCE_E2E,
      globalSetup: '<rootDir>/test/e2e/setup-producer.ts',
      globalTeardown: '<rootDir>/test/e2e/teardown.ts',
      setupFilesAfterEnv: ['<rootDir>/test/e2e/timeout.ts'],
    },
    {
      // Starts services itself, as users do, so that it runs at the same time as the others.
      ...common,
      displayName: 'local',
      testRegex: LOCAL_E2E,
      setupFilesAfterEnv: ['<rootDir>/test/e2e/timeout.ts'],
    },
    {
      ...common,
      displayName: 'cluster',
      testMatch: ['<rootDir>/test/cluster/*.cluster.ts'],
      globalSetup: '<rootDir>/test/cluster/support/setup.ts',
      setupFilesAfterEnv: ['<rootDir>/test/cluster/support/timeout.ts'],
    },
    {
      // These kill their broker, as the page has to say so.
      ...common,
      displayName: 'browser',
      testMatch: ['<rootDir>/test/browser/*.browser.ts'],
      globalSetup: '<rootDir>/test/e2e/setup-producer.ts',
      globalTeardown: '<rootDir>/test/e2e/teardown.ts',
      setupFilesAfterEnv: ['<rootDir>/test/e2e/timeout.ts'],
    },
    { ...common, displayName: 'package', testMatch: ['<rootDir>/test/package/*.pack.ts'] },
  ],
};
