/**
 * The containers' scripts: the probes against a server that answers as a broker does, the start scripts with
 * fake tools.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listenersVariable } from '../../../constructs/kafka/scripts';
import { resolveListeners } from '../../../constructs/kafka/listeners';
import { newChart } from '../support';
import { TOOLS } from './tools';

const SCRIPTS = join(__dirname, '..', '..', '..', 'constructs', 'kafka', 'scripts');

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

/** Exit code of a probe's script in pod `kafka-broker-1`. */
async function exitOf(script: string, port: number, path = process.env.PATH): Promise<number> {
  const child = spawn('bash', [join(SCRIPTS, script)], {
    env: { PATH: path, HOSTNAME: 'kafka-broker-1', READY_PORT: String(port) },
    stdio: 'ignore',
  });
  const [code] = (await once(child, 'exit')) as [number];
  return code;
}

/** An answer after its size. */
const sized = (body: Buffer) => {
  const size = Buffer.alloc(4);
  size.writeInt32BE(body.length);
  return Buffer.concat([size, body]);
};

/** An answer to Metadata, version 1, as far as the script reads it: members by their host names. */
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
    withFakeBroker(answer, (port) => exitOf('broker-ready.sh', port, path));

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
    ['only others are, some with a name that begins like its own', [hostOf(0), hostOf(10), hostOf(11)]],
  ])('fails when %s', async (_, hosts) => {
    expect((await ready([members(...hosts)])).result).not.toBe(0);
  });

  test('fails when nothing listens', async () => {
    expect(await exitOf('broker-ready.sh', 1)).not.toBe(0);
  });
});

describe.each(TOOLS)('readiness of a controller, with %s', (_tools, path) => {
  const ready = (error: string) =>
    withFakeBroker([sized(Buffer.from(`00000001${error}00000000`, 'hex'))], (port) =>
      exitOf('controller-ready.sh', port, path),
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
  let folder: string;
  const inFolder = (...names: string[]) => join(folder, ...names);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'start-'));
    mkdirSync(inFolder('tmp'));
    mkdirSync(inFolder('data'));
    for (const script of ['kraft-start.sh', 'pod.sh']) copyFileSync(join(SCRIPTS, script), inFolder(script));
    writeFileSync(inFolder('server.properties'), 'process.roles=broker\n');
    for (const tool of ['kafka-storage.sh', 'kafka-server-start.sh']) {
      const lines = ['#!/usr/bin/env bash', `echo "$$ ${tool} $*" >>"${inFolder('calls')}"`, ''];
      writeFileSync(inFolder(tool), lines.join('\n'), { mode: 0o755 });
    }
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /**
   * Starts pod 2 with fake tools; returns the script's pid, the properties that it wrote, and the tools'
   * calls with their pids.
   */
  async function start(env: Record<string, string>) {
    const child = spawn('bash', [inFolder('kraft-start.sh')], {
      env: {
        PATH: `${folder}:${process.env.PATH}`,
        TMPDIR: inFolder('tmp'),
        HOSTNAME: 'kafka-broker-2',
        CLUSTER_ID: '-id',
        DATA_FOLDER: inFolder('data'),
        ...env,
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    expect(await once(child, 'exit')).toEqual([0, null]);
    return {
      pid: child.pid,
      properties: readFileSync(inFolder('tmp', 'server.properties'), 'utf8').trimEnd().split('\n'),
      calls: readFileSync(inFolder('calls'), 'utf8').trimEnd().split('\n'),
    };
  }

  test('a broker completes its properties by its number and its addresses', async () => {
    const { properties } = await start({
      FIRST_NODE_ID: '0',
      LISTENERS: listenersVariable(resolveListeners(newChart(), undefined, 3)),
      HEADLESS_SERVICE: 'kafka-broker-headless',
      POD_NAMESPACE: 'test',
    });
    expect(properties).toEqual([
      'process.roles=broker',
      'node.id=2',
      'advertised.listeners=INTERNAL://kafka-broker-2.kafka-broker-headless.test.svc:9092,HOST://localhost:19094',
    ]);
  });

  test('a controller has no listeners to advertise', async () => {
    const { properties } = await start({ FIRST_NODE_ID: '1000' });
    expect(properties).toEqual(['process.roles=broker', 'node.id=1002']);
  });

  test('an empty volume is formatted, with an id that may begin with -; then Kafka replaces the script', async () => {
    const { pid, calls } = await start({ FIRST_NODE_ID: '0' });
    const properties = inFolder('tmp', 'server.properties');
    expect(calls).toEqual([
      expect.stringMatching(`^\\d+ kafka-storage.sh format --ignore-formatted -t=-id -c ${properties}$`),
      `${pid} kafka-server-start.sh ${properties}`,
    ]);
  });

  test('a formatted volume is not formatted again', async () => {
    writeFileSync(inFolder('data', 'meta.properties'), '');
    expect((await start({ FIRST_NODE_ID: '0' })).calls).toHaveLength(1);
  });

  test('a broker with ZooKeeper becomes the start script of its image, so that it gets the signals', async () => {
    const script = join(SCRIPTS, 'zookeeper-start.sh');
    const check = spawn('bash', ['-n', script], { stdio: 'ignore' });
    expect(await once(check, 'exit')).toEqual([0, null]);
    expect(readFileSync(script, 'utf8').trimEnd().split('\n').at(-1)).toMatch(/^exec /);
  });
});
