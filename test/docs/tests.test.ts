import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const repository = join(__dirname, '../..');
const page = readFileSync(join(repository, 'docs', 'tests.md'), 'utf8');

/** Names in the first column of the page's tables. */
const listed = [...page.matchAll(/^\| `([\w-]+(?:\.\w+)?\.ts)`/gm)].map(([, name]) => name);

/** Files of a folder of `test/` whose names end in `ending`. */
const filesOf = (folder: string, ending: string): string[] =>
  readdirSync(join(repository, 'test', folder)).filter((name) => name.endsWith(ending));

test('the page of tests lists every file of the slow suites once, and no other file', () => {
  const files = [
    ...filesOf('e2e', '.e2e.ts'),
    ...filesOf('package', '.pack.ts'),
    ...filesOf('cluster', '.cluster.ts'),
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
