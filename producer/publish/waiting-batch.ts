import type { Codec } from '../records/compression';
import { batchHeader, type ProducerId, sequenceAfter } from '../records/record-batch';
import type { SendFailure } from './failures';
import { cut, type PackedBatch } from './packed-batch';
import { produceBody, type ProduceTarget } from './produce-request';

/** A batch that is not acknowledged. */
export interface WaitingBatch {
  readonly batch: PackedBatch;
  /** Sequence number of its first record. */
  sequence: number;
  /** Set when it is first sent, so that it is sent again with the same bytes. */
  header: Buffer | undefined;
  inFlight: boolean;
  /** Whether it was sent before and not acknowledged. */
  isRepeated: boolean;
  /** Why it was not acknowledged, and what that means. */
  error: unknown;
  failure: SendFailure | 'behind' | undefined;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A batch that was not sent yet. */
export function newWaiting(
  content: Pick<WaitingBatch, 'batch' | 'sequence' | 'resolve' | 'reject'>,
): WaitingBatch {
  return {
    ...content,
    header: undefined,
    inFlight: false,
    isRepeated: false,
    error: undefined,
    failure: undefined,
  };
}

/** The body of the request for a batch, the same bytes each time for a producer id. */
export function requestFor(waiting: WaitingBatch, producer: ProducerId, target: ProduceTarget): Buffer[] {
  const { records, encoded, codec, size } = waiting.batch;
  waiting.header ??= batchHeader({
    records,
    count: encoded.count,
    codec,
    timestamp: Date.now(),
    producer,
    sequence: waiting.sequence,
  });
  const { transactionalId } = producer;
  return [produceBody({ ...target, transactionalId }, size), waiting.header, records];
}

/** Cuts a batch that is not smaller than `limit`. The sequence numbers of its rows stay. */
export async function cutWaiting(
  waiting: WaitingBatch,
  codec: Codec,
  limit: number,
): Promise<readonly WaitingBatch[]> {
  const parts = await cut(waiting.batch, codec, limit);
  if (parts.length === 1) return [waiting];
  let { sequence } = waiting;
  let left = parts.length;
  const resolve = (): void => {
    if (--left === 0) waiting.resolve();
  };
  return parts.map((batch) => {
    const part = newWaiting({ batch, sequence, resolve, reject: waiting.reject });
    sequence = sequenceAfter(sequence, batch.encoded.count);
    return part;
  });
}

/** Numbers batches for a new producer id, from 0. Returns the next sequence number. */
export function renumber(waiting: readonly WaitingBatch[]): number {
  let sequence = 0;
  for (const one of waiting) {
    Object.assign(one, { sequence, header: undefined });
    sequence = sequenceAfter(sequence, one.batch.encoded.count);
  }
  return sequence;
}
