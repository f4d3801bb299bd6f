import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';

const root = resolve(__dirname, '../..');
const source = 'libs/rate-limit/src';

const core = /core is pure decision logic/;
const engine = /engine applies core to any store/;
const store = /a store implements the contract that core declares/;
const http = /http turns decisions into headers/;
const testing = /testing is loaded by applications’ tests/;
const published = /applications and tests use what is published/;

const forbidden: [file: string, imported: string, reason: RegExp][] = [
  [`${source}/core/a.ts`, '../engine/b', core],
  [`${source}/core/a.ts`, '../nest/b', core],
  [`${source}/core/a.ts`, '../index', core],
  [`${source}/core/algorithms/a.ts`, '../../stores/memory/b', core],
  [`${source}/core/a.ts`, '@nestjs/common', core],
  [`${source}/core/a.ts`, 'node:crypto', core],
  [`${source}/engine/a.ts`, '../stores/memory/b', engine],
  [`${source}/engine/a.ts`, '../http/b', engine],
  [`${source}/engine/a.ts`, '../nest/b', engine],
  [`${source}/stores/memory/a.ts`, '../redis/b', store],
  [`${source}/stores/memory/a.ts`, '../../engine/b', store],
  [`${source}/stores/memory/a.ts`, '../../nest/b', store],
  [`${source}/stores/redis/a.ts`, '../memory/b', store],
  [`${source}/http/a.ts`, '../engine/b', http],
  [`${source}/http/a.ts`, '../nest/b', http],
  [`${source}/http/a.ts`, 'express', http],
  [`${source}/testing/a.ts`, '../engine/b', testing],
  [`${source}/testing/a.ts`, '../nest/b', testing],
  ['apps/sample/src/a.ts', '../../../libs/rate-limit/src/core/b', published],
  ['apps/greeter/src/a.ts', 'nest-floodgate/dist/core/b', published],
  ['libs/greetings/src/a.ts', '../../rate-limit/src/index', published],
  ['test/e2e/a.e2e-spec.ts', '../../libs/rate-limit/src/index', published],
  ['test/property/a.spec.ts', '../../libs/rate-limit/src/core/algorithms/b', published],
];

const allowed: [file: string, imported: string][] = [
  [`${source}/index.ts`, './nest/b'],
  [`${source}/core/a.ts`, 'ms'],
  [`${source}/core/algorithms/a.ts`, '../b'],
  [`${source}/engine/a.ts`, '../core/b'],
  [`${source}/stores/memory/a.ts`, '../../core/b'],
  [`${source}/stores/redis/a.ts`, '../../core/b'],
  [`${source}/http/a.ts`, '../core/b'],
  [`${source}/http/a.ts`, 'proxy-addr'],
  [`${source}/http/a.ts`, 'ipaddr.js'],
  [`${source}/http/a.ts`, 'node:net'],
  [`${source}/testing/a.ts`, '../core/b'],
  [`${source}/nest/a.ts`, '../stores/memory/b'],
  [`${source}/nest/a.ts`, '@nestjs/core'],
  ['apps/sample/src/a.ts', 'nest-floodgate'],
  ['test/e2e/a.e2e-spec.ts', 'nest-floodgate/testing'],
];

function lint(snippets: { filePath: string; code: string }[]): string[][] {
  const output = execFileSync(process.execPath, [join(__dirname, 'lint-snippets.mjs')], {
    cwd: root,
    encoding: 'utf8',
    input: JSON.stringify(snippets),
  });
  return JSON.parse(output) as string[][];
}

const importing = (filePath: string, imported: string) => ({ filePath, code: `import '${imported}';\n` });

const cycle = 'test/package/fixtures/import-cycle/a.ts';

/** They stand on top of the module, each for an app that asks for it. */
const aboveNest = ['nest', 'admin', 'health', 'metrics', 'throttler'];

const folders = readdirSync(join(root, source), { withFileTypes: true, recursive: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(join(root, source), entry.parentPath))
  .filter(
    (folder, index, all) =>
      folder !== '' && all.indexOf(folder) === index && !aboveNest.includes(folder.split(sep)[0] as string),
  );

const inOrder = lint([
  ...forbidden.map(([filePath, imported]) => importing(filePath, imported)),
  ...allowed.map(([filePath, imported]) => importing(filePath, imported)),
  ...folders.map((folder) => importing(join(source, folder, 'a.ts'), relative(folder, 'nest/b'))),
  { filePath: cycle, code: readFileSync(join(root, cycle), 'utf8') },
]);
const next = (): string[] => inOrder.shift() ?? [];
const cases = {
  forbidden: forbidden.map(([file, imported, why]) => ({ file, imported, why, messages: next() })),
  allowed: allowed.map(([file, imported]) => ({ file, imported, messages: next() })),
  folders: folders.map((folder) => ({ folder, messages: next() })),
  cycle: next(),
};

test.each(cases.forbidden)('$file may not import $imported', ({ why, messages }) => {
  expect(messages).toEqual([expect.stringMatching(why)]);
});

test.each(cases.allowed)('$file may import $imported', ({ messages }) => {
  expect(messages).toEqual([]);
});

test.each(cases.folders)('$folder has a rule, which keeps it from nest', ({ messages }) => {
  expect(messages).toHaveLength(1);
});

test('modules may not import each other in a circle', () => {
  expect(cases.cycle).toEqual(['Dependency cycle detected']);
});
