/** The start scripts, with fake tools. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { LAPTOP_LISTENERS } from '../../../charts/laptop';
import type { KafkaListener } from '../../../constructs/index';
import { listenersVariable, startScripts } from '../../../constructs/kafka/scripts';
import { resolveListeners } from '../../../constructs/kafka/listeners';
import { newChart } from '../support';
import { SCRIPTS, sized, withFakeBroker } from './fake-broker';
import { TOOLS } from './tools';

/**
 * Records of a cluster's metadata as kafka-dump-log.sh prints them, shortened: topics, of which one is gone.
 */
const METADATA = [
  '{"type":"TOPIC_RECORD","version":0,"data":{"name":"staying","topicId":"a-1"}}',
  '{"type":"PARTITION_RECORD","version":2,"data":{"partitionId":0,"topicId":"a-1","replicas":[0,1,2],"isr":[0,1,2],"removingReplicas":[],"addingReplicas":[],"leader":0}}',
  '{"type":"PARTITION_CHANGE_RECORD","version":2,"data":{"partitionId":0,"topicId":"a-1","replicas":[0,1],"isr":[0,1]}}',
  '{"type":"PARTITION_CHANGE_RECORD","version":2,"data":{"partitionId":0,"topicId":"a-1","isr":[1]}}',
  '{"type":"TOPIC_RECORD","version":0,"data":{"name":"gone","topicId":"b"}}',
  '{"type":"PARTITION_RECORD","version":2,"data":{"partitionId":0,"topicId":"b","replicas":[2],"isr":[2]}}',
  '{"type":"REMOVE_TOPIC_RECORD","version":0,"data":{"topicId":"b"}}',
  '{"type":"TOPIC_RECORD","version":0,"data":{"name":"moving","topicId":"c"}}',
  '{"type":"PARTITION_RECORD","version":2,"data":{"partitionId":0,"topicId":"c","replicas":[1],"isr":[1]}}',
  '{"type":"PARTITION_RECORD","version":2,"data":{"partitionId":1,"topicId":"c","replicas":[10,1],"isr":[1]}}',
].join('\n');

describe.each(TOOLS)('start scripts, with %s', (_tools, path) => {
  let folder: string;
  const inFolder = (...names: string[]) => join(folder, ...names);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'start-'));
    mkdirSync(inFolder('tmp'));
    mkdirSync(inFolder('data'));
    for (const [name, text] of Object.entries(startScripts('kraft'))) writeFileSync(inFolder(name), text);
    configure('1000@c-0:9093,1001@c-1:9093,1002@c-2:9093');
    for (const tool of ['kafka-storage.sh', 'kafka-server-start.sh']) {
      fake(tool, `echo "$$ ${tool} $*" >>"${inFolder('calls')}"`);
    }
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const configure = (voters: string) =>
    writeFileSync(
      inFolder('server.properties'),
      `process.roles=broker\ncontroller.quorum.voters=${voters}\n`,
    );

  const fake = (tool: string, line: string) =>
    writeFileSync(inFolder(tool), `#!/usr/bin/env bash\n${line}\n`, { mode: 0o755 });

  /** Starts pod 2 with fake tools; returns the script's pid, its exit code and what it printed. */
  async function run(env: Record<string, string>) {
    const child = spawn('bash', [inFolder('start.sh')], {
      env: {
        PATH: `${folder}:${path}`,
        TMPDIR: inFolder('tmp'),
        HOSTNAME: 'kafka-broker-2',
        CLUSTER_ID: '-id',
        DATA_FOLDER: inFolder('data', 'kafka'),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [printed, [code]] = await Promise.all([
      text(child.stdout),
      once(child, 'exit') as Promise<[number]>,
    ]);
    return { pid: child.pid, code, printed: printed.trimEnd().split('\n') };
  }

  /**
   * Starts pod 2; returns also the properties that the script wrote, and the tools' calls with their pids.
   */
  async function start(env: Record<string, string>) {
    const { pid, code } = await run(env);
    expect(code).toBe(0);
    return {
      pid,
      properties: readFileSync(inFolder('tmp', 'server.properties'), 'utf8').trimEnd().split('\n'),
      calls: readFileSync(inFolder('calls'), 'utf8').trimEnd().split('\n'),
    };
  }

  test('a broker completes its properties by its number and its addresses', async () => {
    const balanced: KafkaListener = {
      name: 'OUT',
      port: 9094,
      reach: 'loadBalancer',
      advertisedHost: 'kafka-{broker}.example.com',
    };
    const { properties } = await start({
      FIRST_NODE_ID: '0',
      LISTENERS: listenersVariable(resolveListeners(newChart(), [...LAPTOP_LISTENERS, balanced], 3)),
      HEADLESS_SERVICE: 'kafka-broker-headless',
      POD_NAMESPACE: 'test',
    });
    expect(properties.slice(2)).toEqual([
      'node.id=2',
      'advertised.listeners=INTERNAL://kafka-broker-2.kafka-broker-headless.test.svc:9092,HOST://localhost:19094,OUT://kafka-2.example.com:9094',
    ]);
  });

  test('a controller has no listeners to advertise', async () => {
    const { properties } = await start({ FIRST_NODE_ID: '1000' });
    expect(properties.slice(2)).toEqual(['node.id=1002']);
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
    mkdirSync(inFolder('data', 'kafka'));
    writeFileSync(inFolder('data', 'kafka', 'meta.properties'), '');
    expect((await start({ FIRST_NODE_ID: '0' })).calls).toHaveLength(1);
  });

  describe('with the volume of a cluster that has another layout', () => {
    const broker = (brokers: number) => run({ FIRST_NODE_ID: '0', BROKERS: String(brokers) });
    const layout = () => readFileSync(inFolder('data', 'layout'), 'utf8');

    /** Pod 2 of three brokers ran before, and left this metadata. */
    async function beforeWith(dump: string): Promise<string> {
      const metadata = inFolder('data', 'kafka', '__cluster_metadata-0');
      mkdirSync(metadata, { recursive: true });
      writeFileSync(join(metadata, '00000000000000000000.log'), '');
      fake('kafka-dump-log.sh', dump);
      expect((await broker(3)).code).toBe(0);
      rmSync(inFolder('calls'));
      return layout();
    }

    async function expectRefusal(brokers: number, reason: string, before: string): Promise<void> {
      const { code, printed } = await broker(brokers);
      expect(printed).toEqual([
        `refusing to start, and nothing was changed: ${reason}`,
        expect.stringMatching(/^To fix it: set `brokers`/),
      ]);
      expect(code).toBe(1);
      expect(existsSync(inFolder('calls'))).toBe(false);
      expect(layout()).toBe(before);
    }

    test.each([
      ['a broker that was its own controller', '0@kafka-broker-0:9093'],
      ['another number of controllers', '1000@c-0:9093'],
      ['other names of controllers', '1000@d-0:9093,1001@d-1:9093,1002@d-2:9093'],
    ])('it is refused: %s', async (_, voters) => {
      const before = await beforeWith('exit 9');
      configure(voters);
      await expectRefusal(
        3,
        `the controllers of this volume's cluster are 1000@c-0:9093,1001@c-1:9093,1002@c-2:9093, but it would start with ${voters}, without the cluster's metadata`,
        before,
      );
    });

    test('fewer brokers are refused while the removed ones hold partitions', async () => {
      const before = await beforeWith(`cat <<'END'\n${METADATA}\nEND`);
      await expectRefusal(2, 'brokers 2 to 2 are removed, but they hold partitions of moving', before);
    });

    test('fewer brokers start when the removed ones hold none', async () => {
      await beforeWith(`echo '${METADATA.split('\n')[0]}'`);
      expect((await broker(2)).code).toBe(0);
      expect(layout()).toContain('brokers=2\n');
    });

    test('fewer brokers are refused if the metadata cannot be read', async () => {
      const before = await beforeWith('echo no such file; exit 1');
      await expectRefusal(
        2,
        'the cluster had 3 brokers, and reading which partitions the removed ones hold failed: no such file',
        before,
      );
    });

    test('more brokers start', async () => {
      await beforeWith('exit 9');
      expect((await broker(5)).code).toBe(0);
    });
  });

  describe('a controller with an empty volume', () => {
    const controller = (port: number) =>
      run({ FIRST_NODE_ID: '1000', BOOTSTRAP_SERVERS: `127.0.0.1:1,127.0.0.1:${port}` });

    /** An answer to DescribeQuorum, version 0, as far as the script reads it. */
    const quorumOf = (...voters: number[]) => {
      const hex = (value: number, bytes: number) => value.toString(16).padStart(2 * bytes, '0');
      const topic = Buffer.from('__cluster_metadata').toString('hex');
      const members = voters.map((id) => `${hex(id, 4)}${hex(99, 8)}00`).join('');
      return sized(
        Buffer.from(
          `0000000100${'0000'}02${hex(19, 1)}${topic}02${hex(0, 4)}0000${hex(voters[0] ?? 0, 4)}${hex(7, 4)}${hex(99, 8)}${hex(voters.length + 1, 1)}${members}01000000`,
          'hex',
        ),
      );
    };

    test('begins a new cluster where no broker answers', async () => {
      expect((await controller(1)).code).toBe(0);
    });

    test('asks a running cluster for its controllers, and joins when it is one of them', async () => {
      const { result, request } = await withFakeBroker([quorumOf(1002, 1000, 1001)], controller);
      expect(result.code).toBe(0);
      expect(request.slice(0, 24)).toBe('00000027' + '0037' + '0000' + '00000001');
    });

    test('refuses to begin a new cluster in the place of one that runs', async () => {
      const { result } = await withFakeBroker([quorumOf(0)], controller);
      expect(result.code).toBe(1);
      expect(result.printed[0]).toMatch(
        /^refusing to start, and nothing was changed: the controllers of the cluster that runs are nodes 0, but this one would begin a new cluster with nodes 1000,1001,1002, without the metadata$/,
      );
      expect(existsSync(inFolder('calls'))).toBe(false);
      expect(existsSync(inFolder('data', 'layout'))).toBe(false);
    });

    test('refuses while the cluster does not say', async () => {
      const { result } = await withFakeBroker([sized(Buffer.alloc(60, 1))], controller);
      expect(result.printed[0]).toContain('a broker may be up, but does not say who');
    });
  });

  test('a broker with ZooKeeper becomes the start script of its image, so that it gets the signals', async () => {
    const script = join(SCRIPTS, 'zookeeper-start.sh');
    const check = spawn('bash', ['-n', script], { stdio: 'ignore' });
    expect(await once(check, 'exit')).toEqual([0, null]);
    expect(readFileSync(script, 'utf8').trimEnd().split('\n').at(-1)).toMatch(/^exec /);
  });
});
