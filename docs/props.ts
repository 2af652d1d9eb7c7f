/**
 * `npm run docs:props` writes constructs/docs/props.md from the sources of the construct library; with
 * `-- --check` it fails when the file is not what it would write.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import prettier from 'prettier';
import { readLibrary } from './props/library';
import { propsPage } from './props/markdown';

const FILE = join(__dirname, '../constructs/docs/props.md');

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const text = await prettier.format(propsPage(readLibrary()), {
    ...(await prettier.resolveConfig(FILE)),
    parser: 'markdown',
  });
  if (!values.check) return writeFileSync(FILE, text);
  if (readFileSync(FILE, 'utf8') === text) return;
  console.error(
    'constructs/docs/props.md is not what the sources say: run `npm run docs:props` and commit it.',
  );
  process.exitCode = 1;
}

void main();
