import { createRequire } from 'node:module';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const repository = join(__dirname, '../..');
const page = readFileSync(join(repository, 'docs', 'tests.md'), 'utf8');

/** Names in the first column of the page's tables. */
const listed = [...page.matchAll(/^\| `([\w-]+(?:\.\w+)?\.ts)`/gm)].map(([, name]) => name);

/** Files of a folder of `test/` whose names end in `ending`. */
const filesOf = (folder: string, ending: string): string[] =>
  pathsOf(folder, ending).map((file) => basename(file));

function pathsOf(folder: string, ending: string): string[] {
  const all = readdirSync(join(repository, 'test', folder), { recursive: true, encoding: 'utf8' });
  return all.filter((file) => file.endsWith(ending));
}

interface Project {
  readonly displayName: string;
  readonly testMatch?: string[];
  readonly testRegex?: string | string[];
  readonly testPathIgnorePatterns?: string[];
}

const { projects } = createRequire(__filename)('../../jest.config.js') as { projects: Project[] };

test('the page of tests lists every file of the slow suites once, and no other file', () => {
  const files = [
    ...filesOf('.', '.e2e.ts'),
    ...filesOf('.', '.browser.ts'),
    ...filesOf('.', '.pack.ts'),
    ...filesOf('.', '.cluster.ts'),
    ...filesOf('cluster/proofs', '.ts'),
  ];
  expect([...listed].sort()).toEqual([...files].sort());
});

test('the page of tests names every command that runs tests', () => {
  const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const commands = Object.keys(scripts).filter((name) => name.startsWith('test:'));
  expect(commands.filter((name) => !page.includes(`\`npm run ${name}\``))).toEqual([]);
});

test('each file of end-to-end tests belongs to exactly one project of Jest', () => {
  for (const file of pathsOf('.', '.e2e.ts')) {
    const names = projects.filter((project) => runs(project, file)).map(({ displayName }) => displayName);
    expect({ file, projects: names }).toEqual({ file, projects: [expect.any(String)] });
  }
});

/** Whether a project of Jest runs a file of end-to-end tests. */
function runs(
  { testMatch = [], testRegex = [], testPathIgnorePatterns = [] }: Project,
  file: string,
): boolean {
  const matches = (patterns: string | string[]): boolean =>
    [patterns].flat().some((pattern) => new RegExp(pattern).test(`/test/${file}`));
  return (
    (testMatch.includes('<rootDir>/test/**/*.e2e.ts') || matches(testRegex)) &&
    !matches(testPathIgnorePatterns)
  );
}
