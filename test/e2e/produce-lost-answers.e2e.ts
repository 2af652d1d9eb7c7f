import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { asParsed, produce, readTopic, strainProducer } from './producing';

/** A write of at least so many bytes is a request with rows. */
const ROWS_BYTES = 4_000;

/**
 * Connections break with every so many requests, just when the broker has answered that it stored the rows.
 */
const LOSE_EVERY = 10;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'produce-lost-'));
  await strainProducer(['sample', folder, '--session', 'Min']);
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => jest.restoreAllMocks());

/** Makes the network lose answers; gives their number so far. */
function loseAnswers(): () => number {
  let requests = 0;
  let lost = 0;
  const connect = net.connect.bind(net) as (options: net.NetConnectOpts, listener?: () => void) => net.Socket;
  jest.spyOn(net, 'connect').mockImplementation(((options: net.NetConnectOpts, listener?: () => void) => {
    const socket = connect(options, listener);
    let losing = false;
    const write = socket.write.bind(socket) as (chunk: Buffer, ...rest: unknown[]) => boolean;
    socket.write = (chunk: Buffer, ...rest: unknown[]) => {
      if (chunk.length >= ROWS_BYTES) losing = ++requests % LOSE_EVERY === 0;
      return write(chunk, ...rest);
    };
    const emit = socket.emit.bind(socket) as (event: string, ...args: unknown[]) => boolean;
    socket.emit = ((event: string, ...args: unknown[]) => {
      if (event !== 'data' || !losing) return emit(event, ...args);
      losing = false;
      lost += 1;
      socket.destroy(new Error('the connection broke'));
      return true;
    }) as typeof socket.emit;
    return socket;
  }) as typeof net.connect);
  return () => lost;
}

test('answers that are lost cost no row, and no row comes twice', async () => {
  const lost = loseAnswers();
  const { code, stderr } = await produce('lost-answers', [folder]);
  jest.restoreAllMocks();
  expect(code).toBe(0);
  expect(lost()).toBeGreaterThan(5);
  expect(stderr).toMatch(/rows acknowledged/);
  const { stdout } = await strainProducer(['parse', folder]);
  expect(asParsed(await readTopic('lost-answers'))).toEqual(stdout.trim().split('\n'));
});
