/**
 * `npm run known-options` writes the lists that constructs/known/ checks properties against, from the jars of Kafka and Flink
 * that pom.xml names. With `-- --check` it fails when a list is not what it would write.
 */
import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Command } from 'commander';
import prettier from 'prettier';
import { runCommand } from '../cli/command';
import { ROOT } from '../cli/root';
import { merge, type FlinkLists, type KafkaLists } from './known-options/lists';
import { fetchParts } from '../local/parts';
import { runMaven } from '../local/maven';
import { findJava } from '../local/requirements';
import { localSettings } from '../local/settings';

/** Profiles of pom.xml that only these lists need. */
const MORE_PARTS = ['kafka-before', 'flink-before', 'flink-more'] as const;

const PROGRAMS = path.join(__dirname, 'known-options');
const LISTS = path.join(ROOT, 'constructs', 'known');

async function knownOptions({ check }: { check?: boolean }): Promise<void> {
  const { kafka, flink } = await readJars();
  const different: string[] = [];
  for (const [name, list] of Object.entries({ 'kafka.json': kafka, 'flink.json': flink })) {
    const file = path.join(LISTS, name);
    const text = await prettier.format(onePerLine(list), {
      ...(await prettier.resolveConfig(file)),
      parser: 'json',
    });
    if (!check) await writeFile(file, text);
    else if ((await readFile(file, 'utf8')) !== text) different.push(path.relative(ROOT, file));
  }
  if (different.length === 0) return;
  console.error(
    `${different.join(' and ')}: not what the jars give. Run \`npm run known-options\` and commit the change.`,
  );
  process.exitCode = 1;
}

async function readJars(): Promise<ReturnType<typeof merge>> {
  const java = await findJava();
  const parts = await fetchAll();
  const folder = (name: string): string => path.join(parts, name);
  const flinkJars = async (...names: string[]): Promise<string[]> => {
    const jars = await Promise.all(
      names.map(async (name) => (await readdir(folder(name))).map((jar) => path.join(folder(name), jar))),
    );
    return jars.flat().filter((jar) => path.basename(jar).startsWith('flink-'));
  };
  return merge({
    kafka: await run<KafkaLists>(java, 'KafkaOptions.java', [folder('kafka')]),
    kafkaBefore: await run<KafkaLists>(java, 'KafkaOptions.java', [folder('kafka-before')]),
    flink: await run<FlinkLists>(
      java,
      'FlinkOptions.java',
      [folder('flink'), folder('flink-more')],
      await flinkJars('flink', 'flink-more'),
    ),
    flinkBefore: await run<FlinkLists>(
      java,
      'FlinkOptions.java',
      [folder('flink-before')],
      await flinkJars('flink-before'),
    ),
  });
}

async function fetchAll(): Promise<string> {
  const { partsDir } = localSettings({});
  const { signal } = new AbortController();
  await fetchParts(partsDir, () => undefined, signal);
  for (const profile of MORE_PARTS) {
    const args = ['-f', path.join(ROOT, 'pom.xml'), '-P', profile, `-Dparts=${partsDir}`, 'package'];
    await runMaven({ what: `fetch the parts of ${profile}`, args, logFile: `${partsDir}.log` }, signal);
  }
  return partsDir;
}

/** Runs a Java program from its source file; what it prints is JSON. */
async function run<Lists>(
  java: string,
  program: string,
  folders: readonly string[],
  args: readonly string[] = [],
): Promise<Lists> {
  const classPath = folders.map((folder) => path.join(folder, '*')).join(path.delimiter);
  const { stdout } = await promisify(execFile)(
    java,
    ['-cp', classPath, path.join(PROGRAMS, program), ...args],
    {
      maxBuffer: 64 * 2 ** 20,
    },
  );
  return JSON.parse(stdout) as Lists;
}

/** JSON with line breaks down to the single option. */
function onePerLine(list: object): string {
  const line = (value: unknown, depth: number): string =>
    depth === 0 || typeof value !== 'object' || value === null || Array.isArray(value)
      ? JSON.stringify(value)
      : `{\n${Object.entries(value)
          .map(([key, inner]) => `${JSON.stringify(key)}: ${line(inner, isOption(inner) ? 0 : depth - 1)}`)
          .join(',\n')}\n}`;
  return line(list, Infinity);
}

function isOption(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
  );
}

const program = new Command('npm run known-options --')
  .description('Writes the lists of options that Kafka and Flink know, from their jars.')
  .option('--check', 'only compare: fail when a committed list is not what the jars give');
void runCommand(program.action(knownOptions));
