/** Lists the options that Kafka and Flink know, from the jars that pom.xml names. */
import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import prettier from 'prettier';
import { ROOT } from '../../cli/root';
import { runMaven } from '../maven';
import { localSettings } from '../options';
import { fetchParts } from '../parts';
import { findJava } from '../requirements';
import { merge, type FlinkLists, type KafkaLists } from './lists';

/** Profiles of pom.xml that only these lists need. */
const MORE_PARTS = ['kafka-before', 'flink-before', 'flink-more'] as const;

const PROGRAMS = __dirname;
const LISTS = path.join(ROOT, 'constructs', 'known');

/**
 * Writes the lists to constructs/known/, or only compares them. Returns the paths of the lists that differ
 * from the jars.
 */
export async function writeKnownOptions({ check }: { readonly check: boolean }): Promise<string[]> {
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
  return different;
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

/** Runs a Java program from its source file and parses the JSON that it prints. */
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
