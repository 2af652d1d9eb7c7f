/**
 * `npm run bench [-- --json]`: rows per second of each stage and of the whole path for an hour at 20 Hz,
 * compared with Kafka's own producer on the same broker. It starts its own broker. Exits with 1 if a limit is
 * not met.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';

import { kafka as kafkaService } from '../local/services/kafka';
import { registry as registryService } from '../local/services/registry';
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
import { checkLimits, type Results } from './results';
import { say, withServices } from './stack';
import { decodeAndMerge, encodeAll, publishEncoded, readAll, wholePath } from './stages';

/** Both producers use the same topic, so that the broker does the same work. */
const TOPIC = 'bench';
const RESULTS_FILE = path.join(DEFAULT_STATE_DIR, 'bench', 'results.json');
const [compression] = COMPRESSIONS;

async function main(): Promise<void> {
  await withServices(
    async ({ work, settings, java }) => {
      print(await run(work, settings, java));
    },
    [kafkaService, registryService],
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
  say('publishing a day at 20 Hz with strain-producer produce');
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

/** Writes the archive of an hour at 20 Hz of the demo. */
async function sampleHour(folder: string): Promise<string> {
  const [archive] = planArchives({ sessions: ['Min'] });
  if (!archive) throw new Error('the plan has no sample archive');
  return (await writeArchive(folder, archive)).path;
}

function print(results: Results): void {
  const limits = checkLimits(results);
  mkdirSync(path.dirname(RESULTS_FILE), { recursive: true });
  const json = JSON.stringify({ ...results, limits }, undefined, 2);
  writeFileSync(RESULTS_FILE, `${json}\n`);
  if (process.argv.includes('--json')) process.stdout.write(`${json}\n`);
  else process.stdout.write(`${asText(results)}\n`);
  say(`results written to ${RESULTS_FILE}`);
  if (limits.some(({ passed }) => !passed)) process.exitCode = 1;
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
  const limits = grid(
    ['limit', 'measured', ''],
    checkLimits(results).map(({ what, measured, passed }) => [what, measured, passed ? 'pass' : 'FAIL']),
  );
  return [
    `One hour at 20 Hz: ${count(rows)} rows of ${recordSize} bytes with the key; Node ${node}, ${cores} cores`,
    rates,
    `One day at 20 Hz, by strain-producer produce: ${count(day.rows)} rows, ${count(day.rowsPerSecond)} rows/s`,
    limits,
  ].join('\n');
}

void main();
