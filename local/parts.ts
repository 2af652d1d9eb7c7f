/** The Java parts: fetched by Maven from what pom.xml names, once, and again when pom.xml changes. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StartError } from './errors';
import { lastLines, looksLikeFullDisk } from './logs';
import { Child } from './services/child';
import { ROOT } from './settings';

/** Profiles of pom.xml, each a class path. */
export const PARTS = ['kafka', 'registry', 'flink'] as const;

export type Part = (typeof PARTS)[number];

const POM = path.join(ROOT, 'pom.xml');

const PROGRESS_EVERY_MS = 500;

const STOP_GRACE_MS = 5_000;

/** Tells of a fetch: files that were downloaded so far, and the part they are for. */
export type FetchProgress = (part: Part, files: number) => void;

/** Whether all parts are there as pom.xml names them. */
export async function arePartsThere(partsDir: string): Promise<boolean> {
  const stamp = await readFile(stampFile(partsDir), 'utf8').catch(() => '');
  return stamp === (await pomHash());
}

/**
 * Fetches all parts. They take their place whole, with the stamp: an interrupted fetch is done again, and two fetches side by side do no
 * harm. Maven keeps what it has downloaded.
 */
export async function fetchParts(
  partsDir: string,
  progress: FetchProgress,
  signal: AbortSignal,
): Promise<void> {
  const fresh = `${partsDir}.${process.pid}`;
  try {
    await mkdir(fresh, { recursive: true });
    for (const part of PARTS) await fetchPart(part, fresh, `${partsDir}.log`, progress, signal);
    await writeFile(stampFile(fresh), await pomHash());
    await rm(partsDir, { recursive: true, force: true });
    await rename(fresh, partsDir);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function fetchPart(
  part: Part,
  dir: string,
  logFile: string,
  progress: FetchProgress,
  signal: AbortSignal,
): Promise<void> {
  const maven = await Child.start({
    name: 'maven',
    command: ['mvn', '-B', '-f', POM, '-P', part, `-Dparts=${dir}`, 'package'],
    cwd: ROOT,
    logFile,
  });
  const end = (): void => void maven.stop(STOP_GRACE_MS);
  signal.addEventListener('abort', end);
  const count = async (): Promise<void> => {
    const log = await readFile(logFile, 'utf8');
    progress(part, log.match(/Downloaded from .*\.(jar|gz)\b/g)?.length ?? 0);
  };
  const timer = setInterval(() => void count(), PROGRESS_EVERY_MS);
  const { code } = await maven.ended;
  clearInterval(timer);
  signal.removeEventListener('abort', end);
  signal.throwIfAborted();
  if (code !== 0) throw await fetchError(part, code, logFile);
}

async function fetchError(part: Part, code: number | null, logFile: string): Promise<StartError> {
  const lines = await lastLines(logFile, 200);
  // Of what Maven says at its end, its errors tell why; the rest tells how to run Maven again.
  const errors = lines.filter(
    (line) => /^\[ERROR\] \S/.test(line) && !/^\[ERROR\] (To see|Re-run|For more|\[Help)/.test(line),
  );
  return new StartError(
    `Maven could not fetch the parts of ${part} (exit ${code})`,
    looksLikeFullDisk(lines)
      ? 'free some space on the disk, then start again'
      : 'see what Maven says; behind a proxy its settings.xml has to name the proxy or a mirror. Then start again',
    errors.length > 0 ? errors : lines.slice(-5),
    logFile,
  );
}

function stampFile(partsDir: string): string {
  return path.join(partsDir, 'pom.sha256');
}

async function pomHash(): Promise<string> {
  return createHash('sha256')
    .update(await readFile(POM))
    .digest('hex');
}
