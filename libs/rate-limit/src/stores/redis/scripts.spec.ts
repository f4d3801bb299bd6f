import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decideScript } from './script';

const tool = join(__dirname, '../../../../../tools/build-scripts.mjs');

test('the built scripts are those of the Lua sources: else run `node tools/build-scripts.mjs`', () => {
  const program = `import { generate } from ${JSON.stringify(tool)}; process.stdout.write(generate());`;
  const built = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
  expect(readFileSync(join(__dirname, 'scripts.generated.ts'), 'utf8')).toBe(built);
});

test('a script is called by the SHA-1 of its text', () => {
  expect(decideScript.sha).toBe(createHash('sha1').update(decideScript.body).digest('hex'));
});

test('sends no comments, and sets no global', () => {
  expect(decideScript.body).not.toMatch(/--/);
  expect(decideScript.body).not.toMatch(/^function [a-z]+\(/m);
});
