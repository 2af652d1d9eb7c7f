/** Single messages as the records of a batch, where speed does not matter. The format is in encoder.ts. */
import { intBytes } from './byte-writer';
import type { BatchRecords } from './record-batch';

/** A message. */
export interface Message {
  readonly key: Buffer;
  /** Null deletes the key from a compacted topic. */
  readonly value: Buffer | null;
}

/** The records of a batch with these messages, at least one. */
export function messageRecords(messages: readonly Message[]): BatchRecords {
  const records = Buffer.concat(messages.map(record));
  return {
    count: messages.length,
    records,
    bytes: messages.reduce((sum, { value }) => sum + (value?.length ?? 0), 0),
    release: () => undefined,
    split: () => {
      if (messages.length < 2) throw new Error('a batch of one message cannot be split');
      const middle = messages.length >>> 1;
      return [messageRecords(messages.slice(0, middle)), messageRecords(messages.slice(middle))];
    },
  };
}

function record({ key, value }: Message, index: number): Buffer {
  const content = Buffer.concat([
    Buffer.of(0),
    intBytes(0),
    intBytes(index),
    intBytes(key.length),
    key,
    intBytes(value?.length ?? -1),
    value ?? Buffer.alloc(0),
    intBytes(0),
  ]);
  return Buffer.concat([intBytes(content.length), content]);
}
