// Checks the documentation: its TypeScript compiles against the library's sources, and its relative links lead
// somewhere. Prints what is wrong, with file and line. Arguments name the files; without any, all are checked.
//
// A block of ```ts is a whole module and is compiled as it stands. A block of ```ts fragment is compiled as the body of
// an async function that can name everything below in FRAGMENT_HEAD. Other blocks are not looked at.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const publicNames = Array.from(
  readFileSync(join(root, 'libs/rate-limit/src/index.ts'), 'utf8').matchAll(/export (?:type )?\{([^}]*)\}/g),
  ([, names]) => names.trim().replace(/,$/, ''),
).join(', ');

/** On one line, so that the lines of a fragment are easy to find again. */
const FRAGMENT_HEAD = [
  `import { ${publicNames.replaceAll(/\s+/g, ' ')} } from 'nest-floodgate';`,
  "import { Body, Controller, Get, Injectable, Module, Post, UseGuards, applyDecorators } from '@nestjs/common';",
  "import { APP_GUARD, NestFactory } from '@nestjs/core';",
  "import type { CanActivate, ExecutionContext } from '@nestjs/common';",
  'declare const limiter: RateLimiter, store: RateLimitStore, userId: string, signal: AbortSignal;',
  'declare class AppModule {} declare class JwtGuard { canActivate(): boolean }',
  'export async function fragment() {\n',
].join(' ');

const folders = ['docs', 'docs/adr'];
const everyDocument = () => [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'libs/rate-limit/README.md', 'bench/README.md'],
  ...folders.flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`)),
];

/** Splits a document into its fenced blocks and the text around them, in which blocks are left as empty lines. */
function readDocument(file) {
  const blocks = [];
  const prose = [];
  let open;
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    const fence = /^ *```(.*)$/.exec(line);
    if (open !== undefined && fence !== null) {
      blocks.push(open);
      open = undefined;
    } else if (open !== undefined) {
      open.lines.push(line);
    } else if (fence !== null) {
      open = { info: fence[1].trim(), firstLine: index + 2, lines: [] };
    }
    prose.push(open === undefined && fence === null ? line : '');
  }
  return { file, blocks, prose };
}

/** The modules that the TypeScript blocks of a document are compiled as, each under a name of its own in the root. */
function modulesOf({ file, blocks }) {
  return blocks
    .filter(({ info }) => info === 'ts' || info === 'ts fragment')
    .map(({ info, firstLine, lines }) => {
      const text = lines.join('\n');
      const isFragment = info === 'ts fragment';
      return {
        file,
        name: join(root, `${relative(root, file).replaceAll(/[^\w]/g, '-')}-${firstLine}.ts`),
        source: isFragment ? `${FRAGMENT_HEAD}${text}\n}` : `${text}\nexport {};`,
        firstLine: isFragment ? firstLine - 1 : firstLine,
      };
    });
}

function compile(modules) {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  // Examples show one thing each, so some of what they declare is used by nobody.
  Object.assign(options, { noUnusedLocals: false, noUnusedParameters: false, isolatedModules: false });
  const host = ts.createCompilerHost(options);
  const sources = new Map(modules.map((module) => [module.name, module]));
  const { fileExists, readFile } = host;
  host.fileExists = (name) => sources.has(resolve(name)) || fileExists(name);
  host.readFile = (name) => sources.get(resolve(name))?.source ?? readFile(name);
  const program = ts.createProgram([...sources.keys()], options, host);
  return modules.flatMap((module) => {
    const file = program.getSourceFile(module.name);
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return found.map(({ start, messageText }) => {
      const line = file.getLineAndCharacterOfPosition(start).line + module.firstLine;
      return `${relative(root, module.file)}:${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  });
}

/** The anchors that headings get on GitHub. */
function anchorsOf(file) {
  const counts = new Map();
  const anchors = new Set();
  for (const line of readDocument(file).prose) {
    const heading = /^#+ +(.*)$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const slug = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-');
    const count = counts.get(slug) ?? 0;
    counts.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return anchors;
}

function brokenLinks({ file, prose }) {
  return prose.flatMap((line, index) =>
    Array.from(line.replaceAll(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g), ([, target]) => target)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => !leadsSomewhere(file, target))
      .map((target) => `${relative(root, file)}:${index + 1}: the link ${target} leads nowhere`),
  );
}

function leadsSomewhere(file, target) {
  const [path, anchor] = target.split('#');
  const found = path === '' ? file : resolve(dirname(file), decodeURIComponent(path));
  return existsSync(found) && (anchor === undefined || anchorsOf(found).has(anchor));
}

const given = process.argv.slice(2);
const files = given.length > 0 ? given : everyDocument().filter((file) => existsSync(join(root, file)));
const documents = files.filter((file) => file.endsWith('.md')).map((file) => readDocument(resolve(root, file)));
const modules = documents.flatMap(modulesOf);
const complaints = [...documents.flatMap(brokenLinks), ...compile(modules)];
for (const complaint of complaints) console.error(complaint);
console.log(`${documents.length} documents, ${modules.length} examples, ${complaints.length} wrong`);
if (complaints.length > 0) process.exitCode = 1;
