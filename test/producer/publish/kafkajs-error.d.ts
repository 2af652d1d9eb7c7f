declare module 'kafkajs/src/protocol/error' {
  /** The error that kafkajs makes of an error code in a broker's response. */
  export function createErrorFromCode(code: number): import('kafkajs').KafkaJSProtocolError;
}
