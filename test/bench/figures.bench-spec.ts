import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BENCH, filesOf, SIMULATIONS } from '../../bench/figures/files.mjs';

type Figures = Record<string, { ratio: number; [figure: string]: unknown }>;

const root = resolve(__dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const figures = (): Figures => JSON.parse(read(BENCH)) as Figures;
const fleets = (): unknown[] => JSON.parse(read(SIMULATIONS)) as unknown[];

describe('charts and tables of the documents', () => {
  test('show the figures that are committed beside them, and no others', () => {
    const files = filesOf(figures(), fleets(), read);
    const stale = Object.keys(files).filter((path) => !existsSync(join(root, path)) || read(path) !== files[path]);
    expect({ stale, remedy: 'npm run charts' }).toEqual({ stale: [], remedy: 'npm run charts' });
  });

  test('are all drawn from them: none is left of a chart that is gone', () => {
    const drawn = Object.keys(filesOf(figures(), fleets(), read));
    for (const name of readdirSync(join(root, 'docs/charts'))) expect(drawn).toContain(`docs/charts/${name}`);
  });

  test('change with a figure', () => {
    const name = 'HTTP, Nest on Fastify, nest-floodgate, 3 policies on Redis ÷ no limiter';
    const changed = figures();
    changed[name] = { ...changed[name], ratio: 0.1234 };
    const files = filesOf(changed, fleets(), read);
    const differing = Object.keys(files).filter((path) => files[path] !== read(path));
    expect(differing).toEqual(expect.arrayContaining(['docs/charts/http-throughput-light.svg', 'docs/performance.md']));
  });

  test('say which row is missing', () => {
    const { 'idle decision on Redis, nest-lab storage ÷ PING': gone, ...rest } = figures();
    expect(gone).toBeDefined();
    expect(() => filesOf(rest, fleets(), read)).toThrow('no row "idle decision on Redis, nest-lab storage ÷ PING"');
  });
});
