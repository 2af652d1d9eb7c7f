/** Forwards kafkajs's messages to the producer's log. */
import type { logCreator } from 'kafkajs';

import type { Logger } from '../log';

/**
 * Logs kafkajs's messages at level debug. Important ones also arrive as errors, which the publisher reports
 * once and with context, while kafkajs repeats them at every attempt.
 */
export function kafkaLog(log: Logger): logCreator {
  return () =>
    ({ namespace, log: { message } }) =>
      log.debug({ kafkajs: namespace }, message);
}
