import fs from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { readCommitted } from './committed';
import { type Change, changeSockets, watchAnswers, watchRequests, watchRows } from './network';
import {
  asParsed,
  messageCount,
  produce,
  produceAtLeastOnce,
  readTopic,
  strainProducer,
  until,
} from './producing';
import { services } from './services';

let folder: string;
let rows: string[];
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'produce-lost-'));
  await strainProducer(['sample', folder, '--session', 'Min']);
  rows = (await strainProducer(['parse', folder])).stdout.trim().split('\n');
});
afterAll(() => rm(folder, { recursive: true }));

let restoreNetwork: () => void = () => undefined;
afterEach(() => restoreNetwork());

/** Publishes over a network that `change` makes worse; the topic then has each row once, in order. */
async function publishesExactly(topic: string, change: Change, args: readonly string[] = []): Promise<void> {
  restoreNetwork = changeSockets(change);
  const { code, stderr } = await produceAtLeastOnce(topic, [folder, ...args]);
  restoreNetwork();
  expect(stderr).toMatch(/acknowledges rows again/);
  expect(code).toBe(0);
  expect(await messageCount(topic)).toBe(rows.length);
  expect(asParsed(await readTopic(topic))).toEqual(rows);
}

test('answers that are lost cost no row, and no row comes twice', async () => {
  const LOSE_EVERY = 3;
  let answers = 0;
  let lost = 0;
  // The connection breaks just when the broker has answered that it stored rows.
  await publishesExactly('lost-answers', (socket) => {
    let hasRows = false;
    watchRows(socket, () => (hasRows = true));
    watchAnswers(socket, (deliver) => {
      if (!hasRows || ++answers % LOSE_EVERY !== 0) return deliver();
      lost += 1;
      socket.destroy(new Error('the connection broke'));
    });
  });
  expect(lost).toBeGreaterThan(1);
});

test('a leader that falls silent: its connection is given up after the time limit, and each row is stored once', async () => {
  const port = Number(services.addresses.bootstrapServers.split(':').at(-1));
  let silent: unknown;
  let swallowed = 0;
  await publishesExactly('silent-leader', (socket) => {
    let hasRows = false;
    watchRows(socket, () => (hasRows = true));
    watchAnswers(socket, (deliver) => {
      // The registry's connection carries a schema, which is as large as rows.
      if (hasRows && socket.remotePort === port) silent ??= socket;
      if (socket !== silent) return deliver();
      swallowed += 1;
    });
  });
  expect(swallowed).toBeGreaterThan(0);
});

test('a connection that is cut at any moment, with several requests in flight: each row once, in order', async () => {
  let inFlight = 0;
  let mostInFlight = 0;
  let cuts = 0;
  await publishesExactly('cut', (socket) => {
    let hasRows = false;
    let waiting = 0;
    const cut = setInterval(() => {
      if (!hasRows || socket.destroyed) return;
      cuts += 1;
      socket.destroy(new Error('the connection was cut'));
    }, 23);
    socket.on('close', () => {
      clearInterval(cut);
      inFlight -= waiting;
    });
    watchRows(socket, () => {
      hasRows = true;
      waiting += 1;
      inFlight += 1;
      mostInFlight = Math.max(mostInFlight, inFlight);
    });
    // Late, so that cuts come before answers, and pieces of requests are on their way.
    watchAnswers(socket, (deliver) => {
      if (!hasRows) return deliver();
      setTimeout(() => {
        if (socket.destroyed) return;
        waiting -= 1;
        inFlight -= 1;
        deliver();
      }, 5);
    });
  });
  expect(mostInFlight).toBeGreaterThan(1);
  expect(mostInFlight).toBeLessThanOrEqual(5);
  expect(cuts).toBeGreaterThan(1);
});

test('errors for rows that were stored, while later rows are acknowledged: each row once, in order', async () => {
  const NOT_ENOUGH_REPLICAS_AFTER_APPEND = 20;
  let answers = 0;
  let errors = 0;
  await publishesExactly('stored-with-errors', (socket) => {
    let hasRows = false;
    watchRows(socket, () => (hasRows = true));
    watchAnswers(socket, (deliver, data) => {
      // With five requests in flight, an error for every fifth answer is one for the same batch again and
      // again.
      for (const errorCode of hasRows ? produceErrorCodes(data, 'stored-with-errors') : []) {
        if (answers++ % 5 !== 0) continue;
        errors += 1;
        errorCode.writeInt16BE(NOT_ENOUGH_REPLICAS_AFTER_APPEND);
      }
      deliver();
    });
  });
  expect(errors).toBeGreaterThan(1);
});

test('a commit that is lost while the next archive is read already: each row is committed once, in order', async () => {
  const [END_TXN, INVALID_TXN_STATE] = [26, 48];
  const days = await mkdtemp(path.join(tmpdir(), 'produce-lost-commit-'));
  // Each of them is large enough for a commit of its own.
  await strainProducer(['sample', days, '--session', 'Hour', '--days', '2']);
  const [, next = ''] = (await readdir(days)).sort();
  const opened = jest.spyOn(fs, 'open');
  let isNextRead = false;
  let changed = 0;
  restoreNetwork = changeSockets((socket) => {
    let commit: number | undefined;
    watchRequests(socket, (apiKey, id) => {
      if (apiKey === END_TXN && changed === 0) commit ??= id;
    });
    watchAnswers(socket, (deliver, data) => {
      if (commit === undefined || data.length < 14 || data.readInt32BE(4) !== commit) return deliver();
      data.writeInt16BE(INVALID_TXN_STATE, 12);
      changed += 1;
      commit = undefined;
      const isOpened = (): boolean => opened.mock.calls.some(([file]) => file === path.join(days, next));
      void until(`${next} is opened`, isOpened)
        .then(
          () => (isNextRead = true),
          () => undefined, // the test fails for it
        )
        .finally(deliver);
    });
  });
  const { code, stderr } = await produce('lost-commit', [days]);
  restoreNetwork();
  opened.mockRestore();
  expect(stderr).toContain('publishing its rows again');
  expect({ code, changed, isNextRead }).toEqual({ code: 0, changed: 1, isNextRead: true });
  expect(stderr).toContain('2 archives published');
  const expected = (await strainProducer(['parse', days])).stdout.trim().split('\n');
  expect(asParsed(await readCommitted('lost-commit', expected.length))).toEqual(expected);
  await rm(days, { recursive: true });
});

/**
 * The error codes of the Produce responses in whole answers: after the partition, which follows the topic.
 */
function* produceErrorCodes(data: Buffer, topic: string): Generator<Buffer> {
  for (let start = 0; start < data.length; start += 4 + data.readInt32BE(start)) {
    const name = start + 14;
    if (data.toString('latin1', name, name + topic.length) !== topic) continue;
    yield data.subarray(name + topic.length + 8, name + topic.length + 10);
  }
}
