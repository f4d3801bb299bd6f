// Makes redis-server and redis-cli out of the file system of an image, for tests that start servers of their own. They
// run with the libraries that they were built with, whatever this system has. Arguments: the root, and where to put them.
import { existsSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const [root, target] = process.argv.slice(2).map((path) => resolve(path));

/** The first that is there, below the root. */
function find(...places) {
  const found = places.map((place) => join(root, place)).find((place) => existsSync(place));
  if (found === undefined) throw new Error(`${root} has none of: ${places.join(', ')}.`);
  return found;
}

/** Images of Valkey name its programs after it. */
const program = (name) =>
  find(...['usr/local/bin', 'usr/bin'].flatMap((folder) => [`${folder}/redis-${name}`, `${folder}/valkey-${name}`]));

const folders = ['x86_64-linux-gnu', 'aarch64-linux-gnu', '.'].flatMap((name) => [`usr/lib/${name}`, `lib/${name}`]);
const libraries = folders.map((name) => join(root, name)).filter((folder) => existsSync(folder));

/** The dynamic linker itself: a link to it may lead out of the root. */
function linker() {
  const files = libraries.flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)));
  const found = files.find((file) => /\/ld-(?:linux|musl)-[^/]*\.so\.\d$/.test(file) && lstatSync(file).isFile());
  if (found === undefined) throw new Error(`${root} has no dynamic linker.`);
  return found;
}

mkdirSync(target, { recursive: true });
for (const name of ['server', 'cli']) {
  const run = [linker(), '--argv0', `redis-${name}`, '--library-path', libraries.join(':'), program(name)];
  const words = run.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  writeFileSync(join(target, `redis-${name}`), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
}
