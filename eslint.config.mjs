import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import prettier from 'eslint-config-prettier';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import { importRules } from './tools/import-rules.mjs';

const typescript = {
  files: ['**/*.ts', '**/*.tsx'],
  extends: [tseslint.configs.strictTypeChecked],
  languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
  rules: {
    // Nest modules are empty classes that carry a decorator.
    '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
    // Numbers read well in messages; everything else in a template stays an error.
    '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  },
};

const imports = {
  files: ['**/*.ts'],
  plugins: { 'import-x': importX },
  settings: {
    'import-x/extensions': ['.ts'],
    'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts'] })],
  },
  rules: {
    // Modules that need each other load in an order nobody chose.
    'import-x/no-cycle': 'error',
  },
};

const tests = {
  files: ['**/*.spec.ts', '**/*.e2e-spec.ts', 'test/**/*.ts'],
  rules: {
    // Response bodies and mocks are `any`; the assertions are what checks them.
    '@typescript-eslint/no-unsafe-assignment': 'off',
    '@typescript-eslint/no-unsafe-argument': 'off',
    '@typescript-eslint/no-unsafe-member-access': 'off',
    // A test that indexes past the end fails, which is what it is for.
    '@typescript-eslint/no-non-null-assertion': 'off',
    // `expect(object.method)` looks at a method without calling it.
    '@typescript-eslint/unbound-method': 'off',
  },
};

export default defineConfig(
  globalIgnores([
    '**/dist/',
    'coverage/',
    'test/package/fixtures/import-cycle/',
    'test/package/fixtures/strict-types/',
  ]),
  js.configs.recommended,
  { languageOptions: { globals: globals.node } },
  typescript,
  imports,
  importRules,
  tests,
  {
    files: ['test/package/fixtures/nest11-*/*.js'],
    languageOptions: { sourceType: 'commonjs', globals: globals.jest },
  },
  {
    // A file that needs scrolling does more than one thing; one that a script writes may.
    ignores: ['**/*.generated.ts'],
    rules: { 'max-lines': ['error', 200] },
  },
  { files: ['libs/admin-ui/src/**', 'test/browser/**'], languageOptions: { globals: globals.browser } },
  prettier,
);
