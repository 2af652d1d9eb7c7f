declare module 'kafkajs/src/protocol/error' {
  /** The error that kafkajs makes of an error code in a broker's response. */
  export function createErrorFromCode(
    code: number,
  ): Error & { readonly type: string; readonly retriable: boolean };
}
