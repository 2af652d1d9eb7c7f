/** Builds the functions in flink/functions/ with Maven, once and again when their sources change. */
import { createHash } from 'node:crypto';
import { copyFile, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { checkJdk } from './requirements';
import { runMaven } from './maven';
import { ROOT } from '../cli/root';

const SOURCES = path.join(ROOT, 'flink', 'functions');

const JAR = 'functions.jar';

/** Whether the jar exists and was built from the current sources. */
export async function areFunctionsThere(partsDir: string): Promise<boolean> {
  const { jar, stamp } = files(partsDir);
  const [built, there] = await Promise.all([
    readFile(stamp, 'utf8').catch(() => ''),
    stat(jar).catch(() => undefined),
  ]);
  return there !== undefined && built === (await sourcesHash());
}

/**
 * Builds the jar. It is moved into place before its stamp is written, so an interrupted build runs again.
 * @throws UserError without a JDK, or when Maven fails
 */
export async function buildFunctions(partsDir: string, logFile: string, signal: AbortSignal): Promise<void> {
  await checkJdk();
  const { jar, stamp } = files(partsDir);
  const hash = await sourcesHash();
  const target = `${jar}.${process.pid}`;
  try {
    await runMaven(
      {
        what: 'build the functions for Flink SQL',
        args: [
          '-f',
          path.join(SOURCES, 'pom.xml'),
          '-Dmaven.test.skip=true',
          `-Dtarget=${target}`,
          'package',
        ],
        logFile,
      },
      signal,
    );
    await copyFile(path.join(target, JAR), `${target}.jar`);
    await rename(`${target}.jar`, jar);
    await writeFile(stamp, hash);
  } finally {
    await rm(target, { recursive: true, force: true });
  }
}

function files(partsDir: string): { jar: string; stamp: string } {
  return { jar: path.join(partsDir, 'flink', JAR), stamp: path.join(partsDir, 'functions.sha256') };
}

/** Hash of the sources and both pom.xml, without the tests. */
async function sourcesHash(): Promise<string> {
  const main = path.join(SOURCES, 'src', 'main');
  const entries = await readdir(main, { recursive: true, withFileTypes: true });
  const sources = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  const hash = createHash('sha256');
  for (const file of [path.join(SOURCES, '..', 'pom.xml'), path.join(SOURCES, 'pom.xml'), ...sources]) {
    hash.update(`${path.relative(SOURCES, file)}\n`).update(await readFile(file));
  }
  return hash.digest('hex');
}
