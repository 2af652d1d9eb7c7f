/** Services for a benchmark, in a temporary folder. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { arePartsThere, fetchParts } from '../local/parts';
import { freePorts } from '../cli/ports';
import { findJava } from '../local/requirements';
import { SERVICES } from '../local/services/index';
import type { ServiceDefinition } from '../local/services/service';
import { DEFAULT_STATE_DIR, type LocalSettings } from '../local/settings';
import { LocalStack } from '../local/stack';

/** Benchmarks are of the others. */
const WITHOUT_VIEWER = SERVICES.filter(({ name }) => name !== 'viewer');

/** Environment of a benchmark. */
export interface Bench {
  /** An empty folder. */
  readonly work: string;
  readonly settings: LocalSettings;
  /** Command that runs Java. */
  readonly java: string;
}

/** Reports progress on standard error, because standard output is for the results. */
export const say = (text: string): unknown => process.stderr.write(`${text}\n`);

/**
 * Starts services on free ports, runs `use`, and always stops them.
 * @param services what to start; all services by default
 */
export async function withServices(
  use: (bench: Bench) => Promise<void>,
  services: readonly ServiceDefinition[] = WITHOUT_VIEWER,
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
    const [kafka = 0, registry = 0, flink = 0, sql = 0, viewer = 0] = await freePorts(5);
    const partsDir = path.join(DEFAULT_STATE_DIR, 'parts');
    const settings: LocalSettings = {
      stateDir: work,
      partsDir,
      ports: { kafka, registry, flink, sql, viewer },
    };
    if (!(await arePartsThere(partsDir))) {
      say('fetching and building the Java parts (only once)');
      await fetchParts(partsDir, () => undefined, AbortSignal.timeout(1_800_000));
    }
    say(`starting ${services.map(({ name }) => name).join(', ')}`);
    const events = { ready: () => undefined, died: (error: Error) => say(error.message) };
    stack = await LocalStack.start(settings, java, events, services);
    await use({ work, settings, java });
  } finally {
    await stop();
  }
}
