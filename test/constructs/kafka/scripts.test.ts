/** The probes' scripts as bash runs them, against a server that answers as a broker does. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import {
  controllerReadyScript,
  kraftStart,
  readyScript,
  zooKeeperStart,
} from '../../../constructs/kafka/scripts';
import { TOOLS } from './tools';

/** A fake broker: takes one request, keeps it, sends the answer in pieces, and leaves the connection open. */
async function withFakeBroker<Result>(
  answer: readonly Buffer[],
  run: (port: number) => Promise<Result>,
): Promise<{ result: Result; request: string }> {
  let request = Buffer.alloc(0);
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      request = Buffer.concat([request, data]);
      if (request.length < 4 || request.length < 4 + request.readInt32BE()) return;
      answer.forEach((piece, i) => setTimeout(() => socket.write(piece), 20 * i));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const result = await run((server.address() as AddressInfo).port);
    return { result, request: request.toString('hex') };
  } finally {
    server.close();
  }
}

/** Exit code of a script in pod `kafka-broker-1`. */
async function exitOf(script: string, path = process.env.PATH): Promise<number> {
  const child = spawn('bash', ['-c', script], {
    env: { PATH: path, HOSTNAME: 'kafka-broker-1' },
    stdio: 'ignore',
  });
  const [code] = (await once(child, 'exit')) as [number];
  return code;
}

/** What stands before each answer: its size. */
const sized = (body: Buffer) => {
  const size = Buffer.alloc(4);
  size.writeInt32BE(body.length);
  return Buffer.concat([size, body]);
};

/** An answer to Metadata, version 1, as far as the script looks: members by their host names. */
const members = (...hosts: string[]) =>
  sized(
    Buffer.concat([
      Buffer.from('00000001', 'hex'),
      Buffer.from([0, 0, 0, hosts.length]),
      ...hosts.map((host, i) =>
        Buffer.concat([
          Buffer.from([0, 0, 0, i, 0, host.length]),
          Buffer.from(host),
          Buffer.from([0, 0, 35, 132, 255, 255]),
        ]),
      ),
    ]),
  );

const hostOf = (i: number) => `kafka-broker-${i}.kafka-broker-headless.test.svc`;

describe.each(TOOLS)('readiness of a broker, with %s', (_tools, path) => {
  const ready = (answer: readonly Buffer[]) =>
    withFakeBroker(answer, (port) => exitOf(readyScript(port), path));

  test('asks for the members of the cluster, without topics', async () => {
    const { request } = await ready([members(hostOf(1))]);
    expect(request).toBe('0000000e' + '0003' + '0001' + '00000001' + 'ffff' + '00000000');
  });

  test('passes when the broker is a member', async () => {
    expect((await ready([members(hostOf(0), hostOf(1), hostOf(2))])).result).toBe(0);
  });

  test('passes when the answer comes in pieces', async () => {
    const whole = members(hostOf(0), hostOf(1));
    const pieces = [whole.subarray(0, 2), whole.subarray(2, 30), whole.subarray(30)];
    expect((await ready(pieces)).result).toBe(0);
  });

  test.each([
    ['nobody is', []],
    ['only others are, one of whom has a name that begins alike', [hostOf(0), hostOf(10), hostOf(11)]],
  ])('fails when %s', async (_, hosts) => {
    expect((await ready([members(...hosts)])).result).not.toBe(0);
  });

  test('fails when nothing listens', async () => {
    expect(await exitOf(readyScript(1))).not.toBe(0);
  });
});

describe.each(TOOLS)('readiness of a controller, with %s', (_tools, path) => {
  const ready = (error: string) =>
    withFakeBroker([sized(Buffer.from(`00000001${error}00000000`, 'hex'))], (port) =>
      exitOf(controllerReadyScript(port), path),
    );

  test('asks for the versions of its API', async () => {
    expect((await ready('0000')).request).toBe('0000000a' + '0012' + '0000' + '00000001' + 'ffff');
  });

  test('passes when it answers without an error, fails with one', async () => {
    expect((await ready('0000')).result).toBe(0);
    expect((await ready('0023')).result).not.toBe(0);
  });
});

describe('start scripts', () => {
  test.each([
    ['a controller', kraftStart(1000, undefined)],
    ['a broker', kraftStart(0, 'A://$HOSTNAME:1')],
    ['a broker with ZooKeeper', zooKeeperStart('A://$HOSTNAME:1')],
  ])('of %s is bash, and becomes the program, so that this gets the signals', async (_, script) => {
    const check = spawn('bash', ['-n', '-c', script], { stdio: 'ignore' });
    expect(await once(check, 'exit')).toEqual([0, null]);
    expect(script.trimEnd().split('\n').at(-1)).toMatch(/^exec /);
  });

  test('ids may begin with -, which no tool takes for an option', () => {
    expect(kraftStart(0, undefined)).toContain('-t="$CLUSTER_ID"');
  });
});
