/** From `kubectl apply` to rows in Flink SQL, in time and complete. */
import { NAMES } from '../../../constructs/common/names';
import type { Stack } from '../support/stack';

/** Seconds from apply until every pod is ready, with the images loaded. */
const READY_LIMIT = 120;

/** Seconds from apply until Flink SQL gives rows. */
const ROWS_LIMIT = 180;

export function comesUp(stack: Stack): void {
  test(`all pods are ready within ${READY_LIMIT} s`, async () => {
    await stack.cluster.untilReady(2 * READY_LIMIT);
    const { seconds } = stack;
    stack.print(`${seconds.toFixed(1)} s until all pods were ready`);
    expect(seconds).toBeLessThan(READY_LIMIT);
  });

  test(`Flink SQL gives rows within ${ROWS_LIMIT} s`, async () => {
    await stack.cluster.until('rows in Flink SQL', ROWS_LIMIT, async () => (await stack.sql.count()) > 0);
    const { seconds } = stack;
    stack.print(`${seconds.toFixed(1)} s until Flink SQL gave rows`);
    expect(seconds).toBeLessThan(ROWS_LIMIT);
  });

  test('the rows are those of `strain-producer parse`, each with every column', async () => {
    await stack.cluster.untilComplete(NAMES.strainProducer, ROWS_LIMIT);
    const expected = await stack.sampleSum();
    const began = Date.now();
    const rows = await stack.sql.sum();
    const seconds = (Date.now() - began) / 1000;
    stack.print(
      `${rows.count} rows read in ${seconds.toFixed(1)} s, checksum ${rows.checksum.slice(0, 16)}…`,
    );
    expect(expected.count).toBeGreaterThan(0);
    expect(rows).toEqual(expected);
  });
}
