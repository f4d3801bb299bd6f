import { loadIoredis } from './load-ioredis';

const failing = (code: string, message: string) => () => {
  throw Object.assign(new Error(message), { code });
};

it('finds the constructors', () => {
  const { Redis, Cluster } = loadIoredis();
  expect([typeof Redis, typeof Cluster]).toEqual(['function', 'function']);
});

it('says what to install where ioredis is missing', () => {
  const load = failing('MODULE_NOT_FOUND', "Cannot find module 'ioredis'");
  expect(() => loadIoredis(load)).toThrow('store: needs ioredis, which is not installed. Run: npm install ioredis');
});

it('hides no other failure', () => {
  const load = failing('MODULE_NOT_FOUND', "Cannot find module 'denque'");
  expect(() => loadIoredis(load)).toThrow("Cannot find module 'denque'");
});
