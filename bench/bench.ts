/**
 * `npm run bench [-- --json]`: rows per second of each stage and of the whole path on a 20 Hz hour, against a broker of its own,
 * beside Kafka's own producer on the same broker. Exits 1 when a floor does not hold.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';

import { addresses, DEFAULT_STATE_DIR, type LocalSettings } from '../local/settings';
import { createLogger } from '../producer/log';
import { COMPRESSIONS } from '../producer/publish/compression';
import { type EncodedBatch, RowEncoder } from '../producer/publish/encoder';
import { connectKafkajs } from '../producer/publish/kafkajs-publisher';
import { defaultSchemasRoot, loadSchemas } from '../producer/publish/schemas';
import { planArchives } from '../producer/sample/plan';
import { writeArchive } from '../producer/sample/write';
import { count, grid } from '../producer/summary';
import { publishDay } from './day';
import { measure, type Rate } from './measure';
import { runPerfTest } from './perf-test';
import { checkFloors, type Results } from './results';
import { say, withServices } from './stack';
import { decodeAndMerge, encodeAll, publishEncoded, readAll, wholePath } from './stages';

/** One topic for both producers, so that the broker has the same work. */
const TOPIC = 'bench';
const RESULTS_FILE = path.join(DEFAULT_STATE_DIR, 'bench', 'results.json');
const [compression] = COMPRESSIONS;

async function main(): Promise<void> {
  await withServices(
    async ({ work, settings, java }) => {
      print(await run(work, settings, java));
    },
    ['kafka', 'registry'],
  );
}

async function run(work: string, settings: LocalSettings, java: string): Promise<Results> {
  const { kafka, registry } = addresses(settings);
  const hour = await sampleHour(path.join(work, 'hour'));
  const encoder = new RowEncoder(loadSchemas(defaultSchemasRoot()), { key: 1, value: 2 });
  const publisher = await connectKafkajs({
    bootstrapServers: [kafka],
    topic: TOPIC,
    compression,
    wait: 60,
    deliveryTimeout: 120,
    log: createLogger('text', process.stderr),
  });

  const batches = await readAll(hour);
  const encoded = [...encodeAll(encoder, batches)];
  const rows = encoded.reduce((sum, { values }) => sum + values.length, 0);
  const bytes = encoded.reduce((sum, batch) => sum + batch.bytes + batch.key.length * batch.values.length, 0);
  const recordSize = Math.round(bytes / rows);
  const jars = path.join(settings.partsDir, 'kafka');
  const stages = await measure(
    {
      decodeAndMerge: { run: () => decodeAndMerge(hour), repeat: 5 },
      encode: { run: () => Promise.resolve(countRows(encodeAll(encoder, batches))), repeat: 2 },
      publish: { run: () => publishEncoded(publisher, encoded) },
      wholePath: { run: () => wholePath(hour, encoder, publisher) },
      perfTest: {
        run: () => runPerfTest({ java, jars, bootstrapServers: kafka, topic: TOPIC, recordSize }),
        external: true,
      },
    },
    (round, rounds) => say(round === 0 ? 'warming up' : `round ${round} of ${rounds}`),
  );
  await publisher.close();
  say('a 20 Hz day through the command line');
  const day = await publishDay(path.join(work, 'day'), { kafka, registry });
  return {
    node: process.version,
    cores: cpus().length,
    rows,
    recordSize,
    compression,
    stages,
    day,
  };
}

function countRows(encoded: Iterable<EncodedBatch>): number {
  let rows = 0;
  for (const { values } of encoded) rows += values.length;
  return rows;
}

/** The demo's 20 Hz hour, as its logger packs it. */
async function sampleHour(folder: string): Promise<string> {
  const [archive] = planArchives({ sessions: ['Min'] });
  if (!archive) throw new Error('no sample archive');
  return (await writeArchive(folder, archive)).path;
}

function print(results: Results): void {
  const floors = checkFloors(results);
  mkdirSync(path.dirname(RESULTS_FILE), { recursive: true });
  const json = JSON.stringify({ ...results, floors }, undefined, 2);
  writeFileSync(RESULTS_FILE, `${json}\n`);
  if (process.argv.includes('--json')) process.stdout.write(`${json}\n`);
  else process.stdout.write(`${asText(results)}\n`);
  say(`written to ${RESULTS_FILE}`);
  if (floors.some(({ passed }) => !passed)) process.exitCode = 1;
}

function asText(results: Results): string {
  const { stages, rows, recordSize, node, cores, day } = results;
  const line = (what: string, { median, min, max, rounds }: Rate): (string | number)[] => [
    what,
    ...[median, min, max].map(Math.round),
    rounds,
  ];
  const rates = grid(
    ['rows/s', 'median', 'slowest', 'fastest', 'rounds'],
    [
      line('decode + merge', stages.decodeAndMerge),
      line('encode', stages.encode),
      line(`publish (${compression}, acks=all)`, stages.publish),
      line('whole path', stages.wholePath),
      line('kafka-producer-perf-test (no compression, acks=all)', stages.perfTest),
    ],
  );
  const floors = grid(
    ['floor', 'measured', ''],
    checkFloors(results).map(({ what, measured, passed }) => [what, measured, passed ? 'pass' : 'FAIL']),
  );
  return [
    `A 20 Hz hour, ${count(rows)} rows, ${recordSize} bytes each with the key; Node ${node}, ${cores} cores`,
    rates,
    `A 20 Hz day by strain-producer produce: ${count(day.rows)} rows, ${count(day.rowsPerSecond)} rows/s`,
    floors,
  ].join('\n');
}

void main();
