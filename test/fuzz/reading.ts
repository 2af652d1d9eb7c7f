/** What the reader makes of a file: bottles, rows and damage. */
import { Readable } from 'node:stream';

import type { Limits } from '../../producer/archive/limits';
import type { Damage } from '../../producer/damage';
import { readBottles, type ReadBottle } from '../../producer/read';
import { ReadReport } from '../../producer/report';
import type { RowBatch } from '../../producer/rows/batch';
import { RowMerger } from '../../producer/rows/merge';

export interface Reading {
  readonly bottles: readonly ReadBottle[];
  /** Undefined when they were not asked for. */
  readonly rows: readonly RowBatch[] | undefined;
  /** What could not be read. Damage that the merge of rows finds is not among it. */
  readonly damages: readonly Damage[];
}

/** A reader to test: the project's own, or one with a fault, to prove that the fault is found. */
export type Reader = (bytes: Buffer, how: HowToRead) => Promise<Reading>;

export interface HowToRead {
  /** Size of the pieces in which the bytes come. */
  readonly chunkBytes: number;
  /** Whether the bottles become rows. */
  readonly withRows: boolean;
}

/** Larger than all bottles of a case, so that their rows are merged in one go. */
const WINDOW_BYTES = 2 ** 30;

/** The project's reader. */
export const readWith =
  (limits: Partial<Limits> = {}): Reader =>
  async (bytes, { chunkBytes, withRows }) => {
    const report = new ReadReport();
    const merger = new RowMerger(new ReadReport(), () => undefined, WINDOW_BYTES);
    const bottles: ReadBottle[] = [];
    const stdin = Readable.from(chunks(bytes, chunkBytes));
    for await (const read of readBottles(['-'], report, { stdin, limits })) {
      bottles.push(read);
      if (!withRows) continue;
      for (const batch of merger.add(read.bottle, read.place))
        throw new Error(`${batch.length} rows before the end`);
    }
    if (report.damaged > report.damages.length)
      throw new Error(`${report.damaged} damages, more than a report keeps`);
    return { bottles, rows: withRows ? [...merger.flush()] : undefined, damages: report.damages };
  };

function* chunks(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
