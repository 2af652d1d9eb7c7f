import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/**
 * The layers, from the ground up: a folder may import from itself and from the folders listed here, nothing
 * else of the repository. So no two folders can import each other. Tests and benchmarks may import
 * everything.
 */
const MAY_IMPORT = {
  contract: [],
  avro: ['contract'],
  cli: ['contract'],
  imports: [],
  producer: ['contract', 'avro', 'cli'],
  constructs: ['contract', 'avro', 'imports'],
  jobs: ['contract', 'avro', 'constructs', 'producer'],
  charts: ['contract', 'avro', 'constructs', 'imports', 'jobs'],
  sql: ['contract', 'avro', 'cli', 'constructs', 'jobs', 'producer'],
  cluster: ['contract', 'avro', 'cli', 'constructs', 'charts', 'imports', 'jobs', 'producer', 'sql'],
  local: ['contract', 'avro', 'cli', 'constructs', 'jobs', 'producer', 'sql'],
  viewer: ['contract', 'avro', 'cli', 'producer', 'jobs'],
};

const FOLDERS = [...Object.keys(MAY_IMPORT), 'bench', 'commands', 'docs', 'test'];

const zones = Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
  target: `./${folder}`,
  from: FOLDERS.filter((other) => other !== folder && !allowed.includes(other)).map((other) => `./${other}`),
  message: `${folder}/ may import ${allowed.length === 0 ? 'no other folder' : `only ${allowed.join('/, ')}/`} (MAY_IMPORT in eslint.config.mjs).`,
}));

/** The page runs in browsers: of the viewer, it may only import the contract and the analysis. */
const pageZone = {
  target: './viewer/page',
  from: [...FOLDERS.filter((other) => other !== 'viewer'), 'viewer/server'].map((other) => `./${other}`),
  message: 'viewer/page/ may import only viewer/api.ts and viewer/analysis/: it runs in browsers.',
};

/** Forbids packages, with the reason that a reader is shown. */
const noPackages = (message, ...group) => ({
  'no-restricted-imports': ['error', { patterns: [{ group, message }] }],
});

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', '.local/', 'coverage/', 'docs/api/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
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
    // Its own compiler options: the DOM's types, and JSX for Preact.
    files: ['viewer/page/**/*.ts', 'viewer/page/**/*.tsx'],
    languageOptions: {
      parserOptions: { project: './viewer/page/tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [importX.createNodeResolver({ extensions: ['.ts', '.tsx', '.js'] })],
    },
    rules: { 'import-x/no-restricted-paths': ['error', { zones: [...zones, pageZone] }] },
  },
  {
    files: ['producer/**/*.ts'],
    rules: noPackages('The producer image has no cdk8s.', 'cdk8s*', 'constructs'),
  },
  {
    files: ['producer/**/*.ts'],
    ignores: ['producer/publish/kafkajs-inner.ts', '**/*.d.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['cdk8s*', 'constructs'], message: 'The producer image has no cdk8s.' },
            {
              group: ['kafkajs/src/*'],
              message: "Only kafkajs-inner.ts uses kafkajs's inner modules: another version may change them.",
            },
          ],
        },
      ],
    },
  },
  {
    files: ['constructs/**/*.ts'],
    rules: noPackages('The construct library has no Kafka client.', 'kafkajs', 'avsc', '@kafkajs/*'),
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
  {
    // Prettier wraps code, but not comments.
    rules: { 'max-len': ['error', { code: 9_999, comments: 110, ignoreUrls: true }] },
  },
);
