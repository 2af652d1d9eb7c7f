/** What `produce` and `watch` have in common. */
import { type Command, InvalidArgumentError } from 'commander';

import { parseShare, type Share } from '../archive/share';
import { codecOf, type Compression } from '../records/compression';

/**
 * Milliseconds that rows in flight have to be acknowledged after a signal: well within the grace period of a
 * pod.
 */
const STOP_GRACE = 10_000;

/** Aborted some time after the signal: rows that are not acknowledged by then are given up. */
export function giveUpAfter(signal: AbortSignal): AbortSignal {
  const giveUp = new AbortController();
  const start = (): unknown => setTimeout(() => giveUp.abort(), STOP_GRACE).unref();
  if (signal.aborted) start();
  else signal.addEventListener('abort', start, { once: true });
  return giveUp.signal;
}

export function shareOption(text: string): Share {
  const share = parseShare(text);
  if (share) return share;
  throw new InvalidArgumentError('Expected I/N, for example 0/4 to 3/4 for four shares.');
}

/** Ends the command with a usage error when this version of Node does not have the codec. */
export function rejectCompression(command: Command, compression: Compression): void {
  try {
    codecOf(compression);
  } catch (error) {
    command.error(`error: --compression: ${(error as Error).message}`);
  }
}
