// Lints the snippets it reads from stdin ([{ filePath, code }]) and prints what ESLint says about each one.
// ESLint loads its config as an ES module, which Jest cannot do, so this runs in a process of its own.
import { dirname, resolve } from 'node:path';
import { json } from 'node:stream/consumers';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

// Takes imports at their word, so that a snippet may import a file that nobody has written.
const resolver = {
  interfaceVersion: 3,
  name: 'by-name',
  resolve: (source, file) =>
    source.startsWith('.') ? { found: true, path: resolve(dirname(file), `${source}.ts`) } : { found: false },
};

const eslint = new ESLint({
  ignore: false,
  overrideConfig: [
    { files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked },
    { files: ['**/*.ts'], settings: { 'import-x/resolver-next': [resolver] } },
  ],
  ruleFilter: ({ ruleId }) => ruleId === 'no-restricted-imports' || ruleId.startsWith('import-x/'),
});

const messages = [];
for (const { filePath, code } of await json(process.stdin)) {
  const [result] = await eslint.lintText(code, { filePath });
  messages.push(result.messages.map(({ message }) => message));
}
console.log(JSON.stringify(messages));
