/** Watches a rollout until all objects are ready, or until one of them clearly cannot become ready. */
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../contract/user-error';
import type { Kubectl } from '../kubectl';
import type { Wanted } from './manifest';
import { progressOf } from './progress';
import { rolloutError } from './rollout-error';
import { Snapshot } from './snapshot';
import { troublesOf } from './object-troubles';
import type { Trouble } from './trouble';

/** Time between two reads of the cluster. */
const DEFAULT_LOOK_MS = 2_000;

/** After this long without news, the objects that are still not ready are listed. */
const SILENCE_MS = 15_000;

/** The API server of a small machine may be unreachable for a moment while everything starts. */
const LOST_LOOKS = 5;

export interface WatchOptions {
  readonly kubectl: Kubectl;
  readonly wanted: readonly Wanted[];
  readonly timeoutMs: number;
  /**
   * Time between two reads of the cluster.
   * @default 2000
   */
  readonly lookMs?: number;
  /** Receives a line of progress. */
  readonly say: (line: string) => void;
  /** Path of the manifest, for messages. */
  readonly source: string;
}

/**
 * Resolves when all objects are ready.
 * @throws UserError when one cannot become ready, or at the timeout
 */
export async function waitForRollout(options: WatchOptions): Promise<void> {
  const watch = new Watch(options);
  while (!(await watch.look())) await sleep(options.lookMs ?? DEFAULT_LOOK_MS);
}

interface Look {
  readonly wanted: Wanted;
  readonly text: string;
  readonly isReady: boolean;
  readonly troubles: readonly Trouble[];
}

class Watch {
  private readonly began = Date.now();
  private readonly ready = new Set<string>();
  private readonly told = new Set<string>();
  private saidAt = Date.now();
  private lost = 0;

  constructor(private readonly options: WatchOptions) {}

  /** Reads the cluster once. True when all objects are ready. */
  async look(): Promise<boolean> {
    const snapshot = await this.snapshot();
    if (snapshot === undefined) return false;
    const looks = this.options.wanted.map((wanted) => this.lookAt(wanted, snapshot));
    this.tell(looks);
    const waiting = looks.filter(({ isReady }) => !isReady);
    if (waiting.length === 0) return true;
    const troubles = distinct(waiting.flatMap((it) => it.troubles));
    const hopeless = troubles.filter(({ weight }) => weight === 'hopeless');
    const isLate = Date.now() - this.began >= this.options.timeoutMs;
    if (hopeless.length > 0 || isLate) {
      const seconds = Math.round((Date.now() - this.began) / 1000);
      throw await rolloutError(this.options.kubectl, {
        message: isLate
          ? `not ready after ${seconds} s: ${waiting.length} of ${looks.length}`
          : `not ready after ${seconds} s, and waiting longer cannot help`,
        waiting: waiting.map((it) => `${title(it.wanted)}: ${it.text}`),
        troubles: hopeless.length > 0 && !isLate ? hopeless : troubles,
      });
    }
    return false;
  }

  private async snapshot(): Promise<Snapshot | undefined> {
    try {
      const snapshot = await Snapshot.of(this.options.kubectl);
      this.lost = 0;
      return snapshot;
    } catch (error) {
      this.lost += 1;
      if (this.told.size + this.ready.size === 0 || this.lost >= LOST_LOOKS) throw error;
      this.say(error instanceof UserError ? error.message : String(error));
      return undefined;
    }
  }

  private lookAt(wanted: Wanted, snapshot: Snapshot): Look {
    const object = snapshot.find(wanted);
    if (object === undefined) {
      const trouble: Trouble = {
        at: title(wanted),
        reason: `it is in ${this.options.source}, but not in namespace ${this.options.kubectl.target.namespace}`,
        fix: `kubectl apply -f ${this.options.source}; a finished Job is deleted after some days, and runs again when you apply it`,
        weight: 'hopeless',
      };
      return { wanted, text: 'does not exist', isReady: false, troubles: [trouble] };
    }
    const { isReady, text } = progressOf(object);
    return { wanted, text, isReady, troubles: isReady ? [] : troublesOf(object, snapshot) };
  }

  private tell(looks: readonly Look[]): void {
    for (const { wanted, text, isReady } of looks) {
      const name = title(wanted);
      if (isReady && !this.ready.has(name)) {
        this.ready.add(name);
        this.say(`${name}: ${text} (${this.ready.size} of ${looks.length})`);
      } else if (!isReady && this.ready.delete(name)) {
        this.say(`${name} is no longer ready: ${text}`);
      }
    }
    for (const { at, reason, weight } of distinct(looks.flatMap((look) => look.troubles))) {
      const line = `${at}: ${reason}`;
      if (weight !== 'odd' || this.told.has(line)) continue;
      this.told.add(line);
      this.say(line);
    }
    if (Date.now() - this.saidAt >= SILENCE_MS) {
      const waiting = looks.filter(({ isReady }) => !isReady);
      this.say(`waiting for ${waiting.map(({ wanted, text }) => `${title(wanted)} (${text})`).join(', ')}`);
    }
  }

  private say(text: string): void {
    this.saidAt = Date.now();
    const seconds = ((this.saidAt - this.began) / 1000).toFixed(1);
    this.options.say(`[${seconds.padStart(5)} s] ${text}`);
  }
}

function title({ kind, name }: Wanted): string {
  return `${kind} ${name}`;
}

/** A claim is reported both for itself and for the pods that mount it. Each trouble is shown once. */
function distinct(troubles: readonly Trouble[]): Trouble[] {
  return [...new Map(troubles.map((trouble) => [trouble.at, trouble])).values()];
}
