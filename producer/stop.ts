import { EXIT } from '../contract';

/** Exit code of a command that a signal stopped. The reason of the abort is the name of the signal. */
export function stopCode(signal: AbortSignal): number {
  return signal.reason === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
}
