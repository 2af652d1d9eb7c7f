/** Explains why a rollout does not become ready. */
import { UserError } from '../../contract/user-error';
import type { Kubectl } from '../kubectl';
import type { LogPlace, Trouble } from './trouble';

/** How many lines of a log are shown. */
const LOG_LINES = 12;

/** How many troubles are described in full. One missing service makes many others wait. */
const MAX_TROUBLES = 5;

const WEIGHTS = ['hopeless', 'odd', 'slow'];

export interface RolloutFailure {
  /** What happened overall. */
  readonly message: string;
  /** What is not ready, and how far it got. */
  readonly waiting: readonly string[];
  readonly troubles: readonly Trouble[];
}

/**
 * The error for a rollout that does not become ready: what is not ready and why, the last lines of the logs,
 * and the fix for each cause, the most serious first.
 */
export async function rolloutError(
  kubectl: Kubectl,
  { message, waiting, troubles }: RolloutFailure,
): Promise<UserError> {
  const sorted = [...troubles].sort((a, b) => WEIGHTS.indexOf(a.weight) - WEIGHTS.indexOf(b.weight));
  const blocks = await Promise.all(
    sorted.slice(0, MAX_TROUBLES).map(async (trouble) => describe(trouble, await logLines(kubectl, trouble))),
  );
  const more = sorted.length - blocks.length;
  const text = [
    [message, ...waiting.map((line) => `  ${line}`)].join('\n'),
    ...(blocks.length === 0 ? ['The cluster gives no reason yet: try a longer --timeout.'] : blocks),
    ...(more > 0 ? [`… and ${more} more like these`] : []),
  ];
  return new UserError('ROLLOUT_FAILED', text.join('\n\n'));
}

function describe({ at, reason, fix, log }: Trouble, lines: readonly string[]): string {
  const which = log?.previous ? 'of the log of its previous run' : 'of its log';
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
