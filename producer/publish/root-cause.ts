/** Finds the root cause of an error of the Kafka client. */

/** The innermost error, from Kafka or the network, which kafkajs wraps in its own errors. */
export interface RootCause {
  readonly message: string;
  /**
   * Kafka's name for the error, for example `MESSAGE_TOO_LARGE`; undefined when it is not an error of Kafka.
   */
  readonly type: string | undefined;
  /** Name of the error's class. */
  readonly name: string;
  /** Address (host:port) of the broker; undefined when the error does not contain it. */
  readonly broker: string | undefined;
}

/** Follows `cause`, `originalError` and the first of `errors` to the innermost error. */
export function rootCause(error: unknown): RootCause {
  let inner = error as KafkaError;
  for (;;) {
    const next = inner.errors?.[0] ?? inner.originalError ?? inner.cause;
    if (!(next instanceof Error) || next === inner) break;
    inner = next;
  }
  return { message: inner.message, type: inner.type, name: inner.name, broker: inner.broker };
}

/** Fields that kafkajs and Node put on errors. */
interface KafkaError extends Error {
  readonly type?: string;
  readonly broker?: string;
  readonly originalError?: unknown;
  readonly errors?: readonly unknown[];
}
