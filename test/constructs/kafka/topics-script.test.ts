/** The Job's script as bash runs it, with fake tools of Kafka that keep what they are called with. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { TOOLS } from './tools';
import { topicsScript } from '../../../constructs/kafka/topics-script';
import type { ResolvedTopic } from '../../../constructs/kafka/topic';

let folder: string;
let broker: Server;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'topics-'));
  broker = createServer().listen(0, '127.0.0.1');
  await once(broker, 'listening');
});

afterEach(() => {
  broker.close();
  rmSync(folder, { recursive: true });
});

/** What the fake `kafka-topics.sh` prints of topics that exist. */
const described = (name: string, partitions: number, replicas: number, configs = '') =>
  [
    `Topic: ${name}\tTopicId: rBOTKlZPSnu6YLA3-bSsEg\tPartitionCount: ${partitions}\tReplicationFactor: ${replicas}\tConfigs: ${configs}`,
    `\tTopic: ${name}\tPartition: 0\tLeader: 0\tReplicas: 0\tIsr: 0`,
  ].join('\n');

interface Fakes {
  /** What exists, as \`--describe\` prints it. */
  readonly exists?: string;
  /** What \`--create\` answers, and with what exit code, the first time; it succeeds after that. */
  readonly createFails?: string;
  readonly waitSeconds?: number;
  readonly servers?: string;
  /** Where other tools are. */
  readonly path?: string;
}

/** Runs the script; gives its exit code, its lines, and the calls of the tools that change something. */
async function run(topics: Partial<ResolvedTopic>[], fakes: Fakes = {}) {
  const calls = join(folder, 'calls');
  writeFileSync(calls, '');
  writeFileSync(join(folder, 'exists'), fakes.exists ?? '');
  writeFileSync(join(folder, 'create-fails'), fakes.createFails ?? '');
  const tool = `#!/usr/bin/env bash
case "$*" in
  *--describe*) cat ${folder}/exists ;;
  *)
    echo "\${0##*/} \${*:3}" >>${calls}
    if [[ "$*" == *--create* && -s ${folder}/create-fails ]]; then
      cat ${folder}/create-fails; : >${folder}/create-fails; exit 1
    fi ;;
esac
`;
  for (const name of ['kafka-topics.sh', 'kafka-configs.sh']) {
    writeFileSync(join(folder, name), tool);
    chmodSync(join(folder, name), 0o755);
  }
  const { port } = broker.address() as AddressInfo;
  const resolved = topics.map((topic) => ({
    name: 'rows',
    partitions: undefined,
    replicationFactor: undefined,
    config: {},
    ...topic,
  }));
  const child = spawn('bash', ['-c', topicsScript(resolved)], {
    env: {
      PATH: `${folder}:${fakes.path ?? process.env.PATH}`,
      BOOTSTRAP_SERVERS: fakes.servers ?? `127.0.0.1:${port}`,
      WAIT_SECONDS: String(fakes.waitSeconds ?? 10),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'exit') as Promise<[number]>]);
  return {
    code,
    lines: out.trim().split('\n'),
    calls: readFileSync(calls, 'utf8').trim().split('\n').filter(Boolean),
  };
}

test('what does not exist is created as declared', async () => {
  const { code, lines, calls } = await run([
    { name: 'rows', partitions: 4, replicationFactor: 3, config: { 'cleanup.policy': 'compact,delete' } },
    { name: 'items' },
  ]);
  expect(calls).toEqual([
    'kafka-topics.sh --create --if-not-exists --topic rows --partitions 4 --replication-factor 3 --config cleanup.policy=compact,delete',
    'kafka-topics.sh --create --if-not-exists --topic items',
  ]);
  expect(lines).toEqual([
    'kafka-topics: rows created',
    'kafka-topics: items created',
    'kafka-topics: all topics are as declared',
  ]);
  expect(code).toBe(0);
});

test('what is as declared is not touched', async () => {
  const { code, calls } = await run(
    [{ partitions: 4, replicationFactor: 1, config: { 'retention.ms': '-1' } }],
    {
      exists: described('rows', 4, 1, 'min.insync.replicas=1,retention.ms=-1'),
    },
  );
  expect(calls).toEqual([]);
  expect(code).toBe(0);
});

test.each(TOOLS)('partitions grow, with %s', async (_tools, path) => {
  const exists = described('rows', 4, 1);
  const { code, lines, calls } = await run([{ partitions: 6 }], { exists, path });
  expect(calls).toEqual(['kafka-topics.sh --alter --topic rows --partitions 6']);
  expect(lines[0]).toBe(
    'kafka-topics: rows has 6 partitions now, it had 4; records of a key may be on another one from now on',
  );
  expect(code).toBe(0);
});

test('partitions do not shrink: the other topics are still seen to, then it fails for good', async () => {
  const { code, lines, calls } = await run([{ partitions: 2 }, { name: 'items' }], {
    exists: described('rows', 4, 1),
  });
  expect(lines[0]).toBe(
    'kafka-topics: rows has 4 partitions, 2 are declared: Kafka cannot take partitions away. Declare 4 or more, or delete the topic with its records.',
  );
  expect(calls).toEqual(['kafka-topics.sh --create --if-not-exists --topic items']);
  expect(code).toBe(3);
});

test('settings that differ are set in one call, lists in brackets', async () => {
  const config = { 'cleanup.policy': 'compact,delete', 'retention.ms': '5', 'segment.bytes': '9' };
  const { calls } = await run([{ config }], { exists: described('rows', 1, 1, 'retention.ms=5') });
  expect(calls).toEqual([
    'kafka-configs.sh --alter --entity-type topics --entity-name rows --add-config cleanup.policy=[compact,delete],segment.bytes=9',
  ]);
});

test('other replicas are reported and left', async () => {
  const { code, lines, calls } = await run([{ replicationFactor: 3 }], { exists: described('rows', 1, 1) });
  expect(lines).toEqual([
    'kafka-topics: rows has 1 replicas, 3 are declared: left as it is, only a reassignment (kafka-reassign-partitions.sh) changes that',
    'kafka-topics: rows checked',
    'kafka-topics: done, but for what is said above',
  ]);
  expect(calls).toEqual([]);
  expect(code).toBe(0);
});

test('brokers that are still starting are waited for', async () => {
  const { code, lines } = await run([{ replicationFactor: 3 }], {
    createFails: 'Error: Unable to replicate\nInvalidReplicationFactorException',
  });
  expect(lines).toEqual([
    'kafka-topics: rows has more replicas than there are brokers yet, waiting for them',
    'kafka-topics: rows created',
    'kafka-topics: all topics are as declared',
  ]);
  expect(code).toBe(0);
});

test('a setting that Kafka does not know fails for good, with what Kafka says', async () => {
  const { code, lines } = await run([{ config: { 'max.mesage.bytes': '1' } }], {
    createFails: 'Unknown topic config name: max.mesage.bytes\nInvalidConfigurationException',
  });
  expect(lines).toEqual(['kafka-topics: cannot create rows: Unknown topic config name: max.mesage.bytes']);
  expect(code).toBe(3);
});

test('any other failure can be tried anew', async () => {
  const { code, lines } = await run([{}], { createFails: 'Timed out waiting for a node assignment.' });
  expect(lines).toEqual(['kafka-topics: cannot create rows: Timed out waiting for a node assignment.']);
  expect(code).toBe(1);
});

test('one of several servers is enough', async () => {
  const { port } = broker.address() as AddressInfo;
  expect((await run([{}], { servers: `127.0.0.1:1,127.0.0.1:${port}` })).code).toBe(0);
});

test('without a broker it ends in time, and says for what it waited', async () => {
  const { code, lines } = await run([{}], { servers: '127.0.0.1:1', waitSeconds: 1 });
  expect(lines).toEqual([
    'kafka-topics: waiting for a broker of 127.0.0.1:1, 1 s at most',
    'kafka-topics: no broker of 127.0.0.1:1 took a connection within 1 s: is Kafka up, and does a NetworkPolicy let this pod reach it?',
  ]);
  expect(code).toBe(1);
});
