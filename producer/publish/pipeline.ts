/** Moves rows from the reader to the publisher, with a limit on the rows between them. */
import type { Session } from '../bottle/session';
import type { RowBatch } from '../rows/batch';
import type { EncodedBatch, RowEncoder } from '../records/encoder';
import type { Publisher } from './publisher';

/**
 * Batches that may be encoded and not yet acknowledged: those in flight to a partition, and some that are
 * compressed meanwhile.
 */
export const BATCHES_AHEAD = 7;

/** Rows of one station and session that Kafka has acknowledged. */
export interface Acknowledged {
  readonly site: string;
  readonly session: Session;
  rows: number;
}

/** What is counted of a batch. */
export type CountedBatch = Pick<EncodedBatch, 'site' | 'session' | 'count' | 'bytes' | 'samples'>;

/** Counts what Kafka has acknowledged. */
export class Acknowledgements {
  /** Rows in all. */
  rows = 0;
  /** Bytes of their values, before compression. */
  bytes = 0;
  /** Samples in these rows. */
  samples = 0;
  private readonly byStream = new Map<string, Acknowledged>();

  /** Counts by station and session, in the order of their first rows. */
  get streams(): readonly Acknowledged[] {
    return [...this.byStream.values()];
  }

  add({ site, session, count, bytes, samples }: CountedBatch): void {
    const key = `${site} ${session}`;
    const stream = this.byStream.get(key) ?? { site, session, rows: 0 };
    this.byStream.set(key, stream);
    stream.rows += count;
    this.rows += count;
    this.bytes += bytes;
    this.samples += samples;
  }
}

/** What `publishRows` works with. */
export interface Pipeline {
  readonly encoder: RowEncoder;
  readonly publisher: Publisher;
  /** Filled as Kafka acknowledges. */
  readonly acknowledged: Acknowledgements;
  /** Takes no more batches; what was taken is still sent. @default - goes on to the end */
  readonly signal?: AbortSignal;
}

/**
 * Encodes and publishes batches, in order, until they end. The reader is asked for more only while fewer than
 * BATCHES_AHEAD batches wait, so a slow broker slows the reader down and memory stays flat. When reading
 * fails, what was read before is published all the same; when publishing fails, reading ends. Either error is
 * thrown.
 */
export async function publishRows(batches: AsyncIterable<RowBatch>, pipeline: Pipeline): Promise<void> {
  const { encoder, publisher, acknowledged, signal } = pipeline;
  const waiting: Promise<void>[] = [];
  const publish = (encoded: EncodedBatch): void => {
    const done = publisher.publish(encoded).then(() => acknowledged.add(encoded));
    done.catch(() => undefined); // it is awaited later
    waiting.push(done);
  };
  try {
    for await (const batch of batches) {
      for (let from = 0; from < batch.length;) {
        if (waiting.length >= BATCHES_AHEAD) await waiting.shift();
        const encoded = encoder.encode(batch, from);
        publish(encoded);
        from = encoded.to;
      }
      if (signal?.aborted) break;
    }
  } finally {
    await Promise.all(waiting);
  }
}
