import { EXIT } from '../contract';

/** Exit code of a command that its signal stopped; the signal's reason is the name that `process.on` gave. */
export function stopCode(signal: AbortSignal): number {
  return signal.reason === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
}
