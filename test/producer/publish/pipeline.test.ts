import { setImmediate as turn } from 'node:timers/promises';

import { RowEncoder } from '../../../producer/records/encoder';
import { Acknowledgements, BATCHES_AHEAD, publishRows } from '../../../producer/publish/pipeline';
import { defaultSchemasRoot, loadSchemas } from '../../../producer/records/schemas';
import type { RowBatch } from '../../../producer/rows/batch';
import { FakePublisher, rows } from './helpers';

const encoder = new RowEncoder(loadSchemas(defaultSchemasRoot()), { key: 1, value: 2 });

/** A reader that notes how many batches it was asked for, and whether it was ended. */
function reader(batches: number, make: (index: number) => RowBatch = () => rows(1)) {
  const state = { given: 0, ended: false };
  async function* read(): AsyncGenerator<RowBatch> {
    try {
      for (; state.given < batches; state.given += 1) {
        await turn();
        yield make(state.given);
      }
    } finally {
      state.ended = true;
    }
  }
  return { state, batches: read() };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await turn();
}

test('a broker that does not answer stops the reader, and each answer lets it go on by one', async () => {
  const publisher = new FakePublisher();
  const { state, batches } = reader(100);
  const done = publishRows(batches, { encoder, publisher, acknowledged: new Acknowledgements() });
  await settle();
  expect(publisher.inFlight).toBe(BATCHES_AHEAD);
  expect(state.given).toBe(BATCHES_AHEAD);
  publisher.acknowledge();
  await settle();
  expect(publisher.published).toHaveLength(BATCHES_AHEAD + 1);
  while (publisher.inFlight > 0) {
    publisher.acknowledge();
    await settle();
  }
  await done;
  expect(publisher.published).toHaveLength(100);
});

test('a batch of many rows becomes several, in order, and counted when they are acknowledged', async () => {
  const publisher = new FakePublisher();
  const acknowledged = new Acknowledgements();
  const lengths = [10_000, 2];
  const { batches } = reader(2, (index) =>
    rows(lengths[index] ?? 0, { session: index === 0 ? 'Min' : 'Hour' }),
  );
  const done = publishRows(batches, { encoder, publisher, acknowledged });
  await settle();
  expect(publisher.published.map(({ from }) => from)).toEqual([0, publisher.published[0]?.to, 0]);
  expect(acknowledged.rows).toBe(0);
  publisher.acknowledge();
  publisher.acknowledge();
  publisher.acknowledge();
  await done;
  expect(acknowledged.streams).toEqual([
    { site: 'B009', session: 'Min', rows: 10_000 },
    { site: 'B009', session: 'Hour', rows: 2 },
  ]);
  expect(acknowledged.samples).toBe(10_002);
});

test('when publishing fails, reading ends, and the error is thrown', async () => {
  const publisher = new FakePublisher();
  const { state, batches } = reader(100);
  const done = publishRows(batches, { encoder, publisher, acknowledged: new Acknowledgements() });
  await settle();
  publisher.fail(new Error('the broker is gone'));
  await expect(done).rejects.toThrow('the broker is gone');
  expect(state).toMatchObject({ ended: true, given: BATCHES_AHEAD });
});

test('when reading fails, what was read before is published all the same', async () => {
  const publisher = new FakePublisher();
  const acknowledged = new Acknowledgements();
  const { batches } = reader(3, (index) => {
    if (index === 2) throw new Error('the disk is gone');
    return rows(1);
  });
  const done = publishRows(batches, { encoder, publisher, acknowledged });
  const failed = expect(done).rejects.toThrow('the disk is gone');
  await settle();
  publisher.acknowledge();
  publisher.acknowledge();
  await failed;
  expect(acknowledged.rows).toBe(2);
});

test('after the signal no more is read, and what was read is acknowledged', async () => {
  const publisher = new FakePublisher();
  const acknowledged = new Acknowledgements();
  const stop = new AbortController();
  const { state, batches } = reader(100, (index) => {
    if (index === 1) stop.abort();
    return rows(1);
  });
  const done = publishRows(batches, { encoder, publisher, acknowledged, signal: stop.signal });
  await settle();
  publisher.acknowledge();
  publisher.acknowledge();
  await done;
  expect(acknowledged.rows).toBe(2);
  expect(state).toMatchObject({ ended: true, given: 1 });
});
