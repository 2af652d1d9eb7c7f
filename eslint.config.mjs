import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Forbids imports, each with the reason a reader is shown. */
const noImports = (message, ...group) => ({
  'no-restricted-imports': ['error', { patterns: [{ group, message }] }],
});

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', '.local/', 'coverage/', 'docs/api/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      eqeqeq: 'error',
    },
  },
  {
    files: ['producer/**/*.ts'],
    rules: noImports(
      'The producer image carries no cdk8s.',
      'cdk8s*',
      'constructs',
      '**/constructs/**',
      '**/local/**',
    ),
  },
  {
    files: ['constructs/**/*.ts'],
    rules: noImports(
      'The construct library carries no Kafka client.',
      'kafkajs',
      'avsc',
      '@kafkajs/*',
      '**/producer/**',
      '**/local/**',
    ),
  },
  {
    files: ['**/*.ts'],
    ignores: ['producer/**', 'constructs/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(\\.\\.?/)+(constructs|producer)/?$',
              message: 'That is what was last built, where a build is there: import its index.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.js'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { module: 'writable', require: 'readonly', process: 'readonly', __dirname: 'readonly' },
    },
  },
  prettier,
);
