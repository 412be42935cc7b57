import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default ts.config(
  { ignores: ['node_modules', 'dist', 'src/lib/wire.ts'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  prettier,
  ...svelte.configs.prettier,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
  },
  {
    rules: {
      // The Maps and URLs in our classes are private look-ups; what is drawn is $state beside them.
      'svelte/prefer-svelte-reactivity': 'off',
      // {' '} is the one way to keep a space at the end of a block.
      'svelte/no-useless-mustaches': 'off',
    },
  },
  {
    files: ['src/ui/**'],
    rules: {
      // The generic parts know no kernel word: the pictures are handed to them.
      'no-restricted-imports': ['error', { patterns: ['**/kernel/**'] }],
    },
  },
);
