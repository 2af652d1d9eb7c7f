/** What a proxy has to know of Kafka's protocol: where a request ends, and what it asks for. */

/** Requests that matter to a transaction. */
export type Asked = 'take' | 'begin' | 'rows' | 'progress' | 'commit' | 'other';

/** Kafka's numbers of requests (protocol guide, "Api Keys"). */
const PRODUCE = 0;
const ASKED: Readonly<Record<number, Asked>> = { 22: 'take', 24: 'begin', 26: 'commit' };

/** Bytes of a Produce request in which the name of its topic is. */
const HEAD = 200;

/** Cuts a stream into frames: four bytes with a length, and what they count. */
export class Frames {
  private rest: Buffer = Buffer.alloc(0);

  /** The frames that are complete with this chunk, each with its length. */
  push(chunk: Buffer): Buffer[] {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const frames: Buffer[] = [];
    while (this.rest.length >= 4) {
      const end = 4 + this.rest.readInt32BE(0);
      if (this.rest.length < end) break;
      frames.push(this.rest.subarray(0, end));
      this.rest = this.rest.subarray(end);
    }
    return frames;
  }
}

/** The number that a request and its answer share. */
export const correlationOf = {
  request: (frame: Buffer): number => frame.readInt32BE(8),
  answer: (frame: Buffer): number => frame.readInt32BE(4),
};

/** What a request asks for. */
export function askedBy(frame: Buffer): Asked {
  const key = frame.readInt16BE(4);
  if (key !== PRODUCE) return ASKED[key] ?? 'other';
  return frame.subarray(0, HEAD).includes('_progress') ? 'progress' : 'rows';
}

/** The transactional id of a request that `askedBy` takes for `take`, `begin` or `commit`. */
export function transactionalIdOf(frame: Buffer): string {
  const clientId = Math.max(0, frame.readInt16BE(12));
  const at = 14 + clientId;
  return frame.toString('utf8', at + 2, at + 2 + frame.readInt16BE(at));
}
