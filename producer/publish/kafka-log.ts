/** What kafkajs says, in the producer's log. */
import type { logCreator } from 'kafkajs';

import type { Logger } from '../log';

/**
 * Puts kafkajs's messages into the log at the level debug: what matters of them comes as an error, which the
 * publisher reports once and in context, where kafkajs repeats it at every attempt.
 */
export function kafkaLog(log: Logger): logCreator {
  return () =>
    ({ namespace, log: { message } }) =>
      log.debug({ kafkajs: namespace }, message);
}
