/**
 * Builds the Lua sources of the Redis store into one TypeScript module: `node tools/build-scripts.mjs`. A unit test
 * fails when that module is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../libs/rate-limit/src/stores/redis');
const scripts = ['decide', 'throttle'];

/** What Redis has to read: comments and indentation stay in the sources. */
function strip(source) {
  return source
    .split('\n')
    .map((line) => line.replace(/(^|\s)--.*$/, '').trim())
    .filter((line) => line !== '');
}

const WIDTH = 118;

/** The same statements in fewer lines; Lua does not mind where a line ends. */
function fill(lines) {
  const filled = [];
  for (const line of lines) {
    const joined = `${filled.at(-1) ?? ''} ${line}`.trim();
    if (joined.length <= WIDTH) filled.splice(-1, 1, joined);
    else filled.push(line);
  }
  return filled.join('\n');
}

/** The lines of a source, with the parts it includes in their places. */
function assemble(name) {
  const source = readFileSync(join(folder, 'lua', `${name}.lua`), 'utf8');
  return source.split('\n').flatMap((line) => {
    const part = /^\s*-- @include (\S+)\.lua$/.exec(line)?.[1];
    return part === undefined ? strip(line) : assemble(part);
  });
}

/** The text of scripts.generated.ts. */
export function generate() {
  const bodies = scripts.map((name) => {
    const text = fill(assemble(name)).replaceAll(/[\\`]|\$\{/g, String.raw`\$&`);
    return `/** lua/${name}.lua and what it includes. */\nexport const ${name}Body = \`${text}\`;\n`;
  });
  return ['// Written by tools/build-scripts.mjs from lua/*.lua. Change those, and run it again.\n', ...bodies].join(
    '\n',
  );
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  writeFileSync(join(folder, 'scripts.generated.ts'), generate());
}
