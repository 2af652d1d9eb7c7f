/** What the tests of publishing have in common. */
import { Writable } from 'node:stream';

import { createLogger, type Logger } from '../../../producer/log';
import type { EncodedBatch } from '../../../producer/records/encoder';
import type { Publisher } from '../../../producer/publish/publisher';
import type { RowBatch } from '../../../producer/rows/batch';

export const START = Date.UTC(2021, 6, 1);

/** Rows of one 20 Hz column, 1, 2, 3, …; `content` says what is different. */
export function rows(length: number, content: Partial<RowBatch> = {}): RowBatch {
  return {
    site: 'B009',
    session: 'Min',
    length,
    times: Float64Array.from({ length }, (_, i) => START + 50 * i),
    columns: [{ field: 'bs1_t0', values: Int32Array.from({ length }, (_, i) => i + 1), absent: undefined }],
    ...content,
  };
}

/** A logger whose lines can be read. */
export function logTo(lines: string[]): Logger {
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  return createLogger('json', stream);
}

/** A fake Kafka that acknowledges batches on request, in order. */
export class FakePublisher implements Publisher {
  readonly published: EncodedBatch[] = [];
  private readonly unanswered: { resolve: () => void; reject: (error: Error) => void }[] = [];

  get inFlight(): number {
    return this.unanswered.length;
  }

  publish(batch: EncodedBatch): Promise<void> {
    this.published.push(batch);
    return new Promise((resolve, reject) => this.unanswered.push({ resolve, reject }));
  }

  acknowledge(): void {
    this.unanswered.shift()?.resolve();
  }

  fail(error: Error): void {
    for (const { reject } of this.unanswered.splice(0)) reject(error);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
