/** Reads the records of a batch (Kafka's protocol guide, "Record Batch"), for tests. */
import type { EncodedBatch } from '../../../producer/records/encoder';

/** A record, as far as the producer fills it in. */
export interface KafkaRecord {
  readonly offsetDelta: number;
  readonly key: Buffer;
  readonly value: Buffer;
}

/** The records of a batch. Throws when they are not what the protocol says. */
export function recordsOf({ records }: Pick<EncodedBatch, 'records'>): KafkaRecord[] {
  const found: KafkaRecord[] = [];
  let offset = 0;
  const varint = (): number => {
    let code = 0;
    let shift = 1;
    for (;;) {
      const byte = records.readUInt8(offset++);
      code += (byte & 0x7f) * shift;
      shift *= 128;
      if (byte < 0x80) return code % 2 === 0 ? code / 2 : -(code + 1) / 2;
    }
  };
  const bytes = (): Buffer => {
    const length = varint();
    offset += length;
    return records.subarray(offset - length, offset);
  };
  const zero = (what: string, value: number): void => {
    if (value !== 0) throw new Error(`${what} at ${offset} is ${value}, expected 0`);
  };
  while (offset < records.length) {
    const length = varint();
    const end = offset + length;
    zero('attributes', records.readInt8(offset++));
    zero('timestamp delta', varint());
    found.push({ offsetDelta: varint(), key: bytes(), value: bytes() });
    zero('headers', varint());
    if (offset !== end) throw new Error(`a record of ${length} bytes ends at ${offset}, expected ${end}`);
  }
  return found;
}
