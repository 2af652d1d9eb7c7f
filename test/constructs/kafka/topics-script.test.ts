/** The Job's script as bash runs it, with fakes of Kafka's tools that record their calls. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { TOOLS } from './tools';
import { EXIT_REFUSED, topicsTable } from '../../../constructs/kafka/topics-script';
import type { ResolvedTopic } from '../../../constructs/kafka/topic';

const SCRIPT = join(__dirname, '..', '..', '..', 'constructs', 'kafka', 'scripts', 'topics.sh');

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
  /** Topics that exist, as `--describe` prints them. */
  readonly exists?: string;
  /** What \`--create\` answers, and with what exit code, the first time; it succeeds after that. */
  readonly createFails?: string;
  /** What `kafka-configs.sh` prints of the defaults of the cluster. */
  readonly defaults?: string;
  /** `min.insync.replicas` that the cluster is to have. */
  readonly minInSyncReplicas?: number;
  readonly waitSeconds?: number;
  readonly servers?: string;
  /** Where other tools are. */
  readonly path?: string;
}

/** Runs the script; returns its exit code, its lines, and the calls of tools that change something. */
async function run(topics: Partial<ResolvedTopic>[], fakes: Fakes = {}) {
  const calls = join(folder, 'calls');
  writeFileSync(calls, '');
  writeFileSync(join(folder, 'exists'), fakes.exists ?? '');
  writeFileSync(join(folder, 'defaults'), fakes.defaults ?? '');
  writeFileSync(join(folder, 'create-fails'), fakes.createFails ?? '');
  const tool = `#!/usr/bin/env bash
case "$*" in
  *--entity-default*--describe* | *--describe*--entity-default*) cat ${folder}/defaults ;;
  *--describe*) echo "\${@: -1}" >${folder}/pattern; cat ${folder}/exists ;;
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
  // Its pauses are seconds long.
  const sleep = execFileSync('which', ['sleep'], { encoding: 'utf8' }).trim();
  writeFileSync(join(folder, 'sleep'), `#!/bin/sh\nexec ${sleep} 0.05\n`, { mode: 0o755 });
  const { port } = broker.address() as AddressInfo;
  const resolved = topics.map((topic) => ({
    name: 'rows',
    partitions: undefined,
    replicationFactor: undefined,
    config: {},
    ...topic,
  }));
  writeFileSync(join(folder, 'topics.tsv'), topicsTable(resolved));
  const child = spawn('bash', [SCRIPT], {
    env: {
      PATH: `${folder}:${fakes.path ?? process.env.PATH}`,
      BOOTSTRAP_SERVERS: fakes.servers ?? `127.0.0.1:${port}`,
      TOPICS_FILE: join(folder, 'topics.tsv'),
      WAIT_SECONDS: String(fakes.waitSeconds ?? 10),
      ...(fakes.minInSyncReplicas && { MIN_INSYNC_REPLICAS: String(fakes.minInSyncReplicas) }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'exit') as Promise<[number]>]);
  return {
    code,
    /** Topics that it asked for. */
    pattern: readFileSync(join(folder, 'pattern'), { encoding: 'utf8', flag: 'a+' }).trim(),
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

test('it asks for the declared topics, and for no others', async () => {
  expect((await run([{ name: 'a' }, { name: 'b.c' }])).pattern).toBe('a|b\\.c');
});

test('what is as declared is not changed', async () => {
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
    'kafka-topics: rows now has 6 partitions (before: 4); new records of a key may go to another partition',
  );
  expect(code).toBe(0);
});

test('partitions do not shrink: the other topics are still handled, then it fails without a retry', async () => {
  const { code, lines, calls } = await run([{ partitions: 2 }, { name: 'items' }], {
    exists: described('rows', 4, 1),
  });
  expect(lines[0]).toBe(
    'kafka-topics: rows has 4 partitions, 2 are declared: Kafka cannot remove partitions. Declare 4 or more, or delete the topic with its records.',
  );
  expect(calls).toEqual(['kafka-topics.sh --create --if-not-exists --topic items']);
  expect(code).toBe(EXIT_REFUSED);
});

test('settings that differ are set in one call, lists in brackets', async () => {
  const config = { 'cleanup.policy': 'compact,delete', 'retention.ms': '5', 'segment.bytes': '9' };
  const { calls } = await run([{ config }], { exists: described('rows', 1, 1, 'retention.ms=5') });
  expect(calls).toEqual([
    'kafka-configs.sh --alter --entity-type topics --entity-name rows --add-config cleanup.policy=[compact,delete],segment.bytes=9',
  ]);
});

test('another number of replicas is reported and not changed', async () => {
  const { code, lines, calls } = await run([{ replicationFactor: 3 }], { exists: described('rows', 1, 1) });
  expect(lines).toEqual([
    'kafka-topics: rows has 1 replicas, 3 are declared: not changed, use kafka-reassign-partitions.sh to change it',
    'kafka-topics: rows checked',
    'kafka-topics: done, except for the differences reported above',
  ]);
  expect(calls).toEqual([]);
  expect(code).toBe(0);
});

test('it waits for brokers that are still starting', async () => {
  const { code, lines } = await run([{ replicationFactor: 3 }], {
    createFails: 'Error: Unable to replicate\nInvalidReplicationFactorException',
  });
  expect(lines).toEqual([
    'kafka-topics: waiting for more brokers: rows has more replicas than there are brokers',
    'kafka-topics: rows created',
    'kafka-topics: all topics are as declared',
  ]);
  expect(code).toBe(0);
});

test('a setting that Kafka does not know fails without a retry, with the message of Kafka', async () => {
  const { code, lines } = await run([{ config: { 'max.mesage.bytes': '1' } }], {
    createFails: 'Unknown topic config name: max.mesage.bytes\nInvalidConfigurationException',
  });
  expect(lines).toEqual(['kafka-topics: cannot create rows: Unknown topic config name: max.mesage.bytes']);
  expect(code).toBe(EXIT_REFUSED);
});

describe("the cluster's default of min.insync.replicas", () => {
  const defaults = (value: number) =>
    `Default configs for brokers in the cluster are:\n  min.insync.replicas=${value} sensitive=false synonyms={DYNAMIC_DEFAULT_BROKER_CONFIG:min.insync.replicas=${value}}`;

  test('is corrected', async () => {
    const { calls, lines } = await run([{}], { defaults: defaults(1), minInSyncReplicas: 2 });
    expect(calls.at(-1)).toBe(
      'kafka-configs.sh --alter --entity-type brokers --entity-default --add-config min.insync.replicas=2',
    );
    expect(lines).toContain(
      'kafka-topics: min.insync.replicas of topics that do not set it is now 2 (before: 1)',
    );
  });

  test.each([
    ['is as it should be', defaults(2), 2],
    ['does not exist', 'Default configs for brokers in the cluster are:', 2],
    ['is not known to be wrong', defaults(1), undefined],
  ])('is left as it is when it %s', async (_, text, minInSyncReplicas) => {
    const { calls } = await run([{}], { exists: described('rows', 1, 1), defaults: text, minInSyncReplicas });
    expect(calls).toEqual([]);
  });
});

test('any other failure can be retried', async () => {
  const { code, lines } = await run([{}], { createFails: 'Timed out waiting for a node assignment.' });
  expect(lines).toEqual(['kafka-topics: cannot create rows: Timed out waiting for a node assignment.']);
  expect(code).toBe(1);
});

test('one of several servers is enough', async () => {
  const { port } = broker.address() as AddressInfo;
  expect((await run([{}], { servers: `127.0.0.1:1,127.0.0.1:${port}` })).code).toBe(0);
});

test('without a broker it ends in time, and reports what it waited for', async () => {
  const { code, lines } = await run([{}], { servers: '127.0.0.1:1', waitSeconds: 1 });
  expect(lines).toEqual([
    'kafka-topics: waiting up to 1 s for a broker of 127.0.0.1:1',
    'kafka-topics: no broker of 127.0.0.1:1 took a connection within 1 s: is Kafka up, and does a NetworkPolicy let this pod reach it?',
  ]);
  expect(code).toBe(1);
});
