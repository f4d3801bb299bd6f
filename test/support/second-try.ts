/**
 * For tests of real processes, which share a machine with other programs: one that fails is tried once more, after the
 * others of its file. What made the first try fail is printed, and tools/test.mjs lists every test that needed two.
 */
jest.retryTimes(1, { logErrorsBeforeRetry: true });
