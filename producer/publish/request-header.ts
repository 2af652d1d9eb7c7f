/** The part that all requests to Kafka begin with (protocol guide, "Request Header"). */

/** A kind of request. */
export interface Api {
  readonly key: number;
  readonly version: number;
  /** For kafkajs's log. */
  readonly name: string;
  /** Whether this version of the request has tagged fields (KIP-482). */
  readonly isFlexible: boolean;
}

/**
 * Header of a request (version 1, or 2 of a flexible one; all numbers big-endian):
 *
 *   int32   bytes of the request after this field
 *   int16   key of the API
 *   int16   version of the API
 *   int32   correlation id
 *   string  client id: int16 length, and its bytes
 *   uint8   number of tagged fields, 0; only in a flexible request
 */
export function requestHeader(
  { key, version, isFlexible }: Api,
  request: { readonly correlationId: number; readonly clientId: string; readonly body: readonly Buffer[] },
): Buffer {
  const client = Buffer.from(request.clientId);
  const header = Buffer.alloc(14 + client.length + (isFlexible ? 1 : 0));
  header.writeInt32BE(header.length - 4 + request.body.reduce((sum, piece) => sum + piece.length, 0), 0);
  header.writeInt16BE(key, 4);
  header.writeInt16BE(version, 6);
  header.writeInt32BE(request.correlationId, 8);
  header.writeInt16BE(client.length, 12);
  client.copy(header, 14);
  return header;
}
