/** A roll-out that does not come up, told so that one knows what to do. */
import { UserError } from '../../contract/user-error';
import type { Kubectl } from '../kubectl';
import type { LogPlace, Trouble } from './trouble';

/** Lines of a log that are shown. */
const LOG_LINES = 12;

/** Troubles that are told in full: one missing service lets many others wait. */
const MAX_TROUBLES = 5;

const WEIGHTS = ['hopeless', 'odd', 'slow'];

export interface RolloutFailure {
  /** What happened to all of it. */
  readonly message: string;
  /** What is not up, and how far it came. */
  readonly waiting: readonly string[];
  readonly troubles: readonly Trouble[];
}

/** A roll-out that does not come up. The message tells it all: what, why, the last lines of the logs, the fix. */
export class RolloutError extends UserError {
  private constructor(
    message: string,
    /** What keeps it from coming up, heaviest first. */
    readonly troubles: readonly Trouble[],
  ) {
    super('ROLLOUT_FAILED', message);
  }

  /** The error with the last lines of the logs that its troubles point at. */
  static async of(kubectl: Kubectl, { message, waiting, troubles }: RolloutFailure): Promise<RolloutError> {
    const sorted = [...troubles].sort((a, b) => WEIGHTS.indexOf(a.weight) - WEIGHTS.indexOf(b.weight));
    const blocks = await Promise.all(
      sorted
        .slice(0, MAX_TROUBLES)
        .map(async (trouble) => describe(trouble, await logLines(kubectl, trouble))),
    );
    const more = sorted.length - blocks.length;
    const text = [
      [message, ...waiting.map((line) => `  ${line}`)].join('\n'),
      ...(blocks.length === 0 ? ['The cluster gives no reason yet: try a longer --timeout.'] : blocks),
      ...(more > 0 ? [`… and ${more} more like these`] : []),
    ];
    return new RolloutError(text.join('\n\n'), sorted);
  }
}

function describe({ at, reason, fix, log }: Trouble, lines: readonly string[]): string {
  const which = log?.previous ? 'of its run before' : 'of its log';
  const shown = lines.length === 0 ? [] : [`  last lines ${which}:`, ...lines.map((line) => `  | ${line}`)];
  return [`${at}: ${reason}`, ...shown, `To fix it: ${fix}`].join('\n');
}

async function logLines(kubectl: Kubectl, { log }: Trouble): Promise<string[]> {
  if (log === undefined) return [];
  const text = await kubectl.text(logsCommand(log)).catch((error: unknown) => `(no log: ${String(error)})`);
  return text.trimEnd() === '' ? [] : text.trimEnd().split('\n');
}

function logsCommand({ pod, container, previous }: LogPlace): string[] {
  const args = ['logs', pod, '--container', container, '--tail', String(LOG_LINES)];
  return previous ? [...args, '--previous'] : args;
}
