/**
 * The Java parts, which Maven downloads as pom.xml names them, once and again when pom.xml changes; with
 * Flink's jars, the jar of our own functions.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { areFunctionsThere, buildFunctions } from './functions';
import { runMaven } from './maven';
import { ROOT } from '../cli/root';

/** Profiles of pom.xml. Each is a class path. */
export const PARTS = ['kafka', 'registry', 'flink'] as const;

export type Part = (typeof PARTS)[number];

const POM = path.join(ROOT, 'pom.xml');

/** Progress of a download: the number of files so far, and their part. */
export type FetchProgress = (part: Part, files: number) => void;

/** Whether all parts exist and match pom.xml and the sources of the functions. */
export async function arePartsThere(partsDir: string): Promise<boolean> {
  return (await areFetched(partsDir)) && (await areFunctionsThere(partsDir));
}

/** Whether the downloaded parts exist, so that nothing large has to be downloaded. */
export async function areFetched(partsDir: string): Promise<boolean> {
  const stamp = await readFile(stampFile(partsDir), 'utf8').catch(() => '');
  return stamp === (await pomHash());
}

/**
 * Downloads and builds any missing parts. Maven caches its downloads. Throws a UserError when Maven fails.
 */
export async function fetchParts(
  partsDir: string,
  progress: FetchProgress,
  signal: AbortSignal,
): Promise<void> {
  const logFile = `${partsDir}.log`;
  if (!(await areFetched(partsDir))) await fetchAll(partsDir, logFile, progress, signal);
  if (!(await areFunctionsThere(partsDir))) await buildFunctions(partsDir, logFile, signal);
}

/**
 * Parts are moved into place together with their stamp, so an interrupted download runs again and two at once
 * do no harm.
 */
async function fetchAll(
  partsDir: string,
  logFile: string,
  progress: FetchProgress,
  signal: AbortSignal,
): Promise<void> {
  const fresh = `${partsDir}.${process.pid}`;
  try {
    await mkdir(fresh, { recursive: true });
    for (const part of PARTS) {
      const onProgress = (files: number): void => {
        progress(part, files);
      };
      const args = ['-f', POM, '-P', part, `-Dparts=${fresh}`, 'package'];
      await runMaven({ what: `fetch the parts of ${part}`, args, logFile, onProgress }, signal);
    }
    await writeFile(stampFile(fresh), await pomHash());
    await rm(partsDir, { recursive: true, force: true });
    await rename(fresh, partsDir);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

function stampFile(partsDir: string): string {
  return path.join(partsDir, 'pom.sha256');
}

async function pomHash(): Promise<string> {
  return createHash('sha256')
    .update(await readFile(POM))
    .digest('hex');
}
