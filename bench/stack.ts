/** Services of a benchmark's own, with a folder that is gone afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { arePartsThere, fetchParts } from '../local/parts';
import { freePorts } from '../cli/ports';
import { findJava } from '../local/requirements';
import type { ServiceName } from '../local/services/service';
import { DEFAULT_STATE_DIR, type LocalSettings } from '../local/settings';
import { LocalStack } from '../local/stack';

/** What a benchmark is given. */
export interface Bench {
  /** An empty folder. */
  readonly work: string;
  readonly settings: LocalSettings;
  /** Command of Java. */
  readonly java: string;
}

/** Tells what goes on, on standard error: standard output is the result's. */
export const say = (text: string): unknown => process.stderr.write(`${text}\n`);

/**
 * Starts services on free ports, runs `use`, and stops them, however it ends.
 * @param only the services that are needed; all of them when it is not given
 */
export async function withServices(
  use: (bench: Bench) => Promise<void>,
  only?: readonly ServiceName[],
): Promise<void> {
  const work = mkdtempSync(path.join(tmpdir(), 'bench-'));
  let stack: LocalStack | undefined;
  const stop = async (): Promise<void> => {
    await stack?.stop();
    rmSync(work, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(1)));
  }
  try {
    const java = await findJava();
    const [kafka = 0, registry = 0, flink = 0, sql = 0] = await freePorts(4);
    const partsDir = path.join(DEFAULT_STATE_DIR, 'parts');
    const settings: LocalSettings = { stateDir: work, partsDir, ports: { kafka, registry, flink, sql } };
    if (!(await arePartsThere(partsDir))) {
      say('fetching and building the Java parts, this once');
      await fetchParts(partsDir, () => undefined, AbortSignal.timeout(1_800_000));
    }
    say(`starting ${only?.join(' and ') ?? 'the services'}`);
    const events = { ready: () => undefined, died: (error: Error) => say(error.message) };
    stack = await LocalStack.start(settings, java, events, only);
    await use({ work, settings, java });
  } finally {
    await stop();
  }
}
