/**
 * `npm run bench`: rows per second of each stage and of the whole path for an hour at 20 Hz, compared with
 * Kafka's own producer on the same broker. It starts its own broker. Exits with 1 if a limit is not met.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';

import { Command, Option } from 'commander';

import { wholeNumber } from '../cli/arguments';
import { runCommand } from '../cli/command';
import { kafka as kafkaService } from '../local/services/kafka';
import { registry as registryService } from '../local/services/registry';
import { addresses, DEFAULT_STATE_DIR, type LocalSettings } from '../local/settings';
import { createLogger, type Logger } from '../producer/log';
import { connectExactlyOnce, ingestOver } from '../producer/exactly-once/connect';
import { connectPublisher } from '../producer/publish/batch-publisher';
import type { Publisher } from '../producer/publish/publisher';
import { SchemaRegistry } from '../producer/publish/registry';
import type { Compression } from '../producer/records/compression';
import { RowEncoder } from '../producer/records/encoder';
import { defaultSchemasRoot, loadSchemas } from '../producer/records/schemas';
import { REFERENCE_INSTANT } from '../producer/sample/gauge';
import { planArchives } from '../producer/sample/plan';
import { writeArchive } from '../producer/sample/write';
import { readBatches } from '../producer/read';
import { ReadReport } from '../producer/report';
import { count, grid } from '../producer/summary';
import { publishDays } from './days';
import { KafkajsPath } from './kafkajs-path';
import { measure, type Rate, type Stage } from './measure';
import { runPeer, whyNoPeer } from './peer';
import { GZIP, NO_COMPRESSION, runPerfTest } from './perf-test';
import { checkLimits, daysText, type Results } from './results';
import { say, withServices } from './stack';
import { decodeAndMerge, encodeAll, encodeWithAvsc, exactlyOnce, readAll, wholePath } from './stages';

/** All producers use the same topic, so that the broker does the same work. */
const TOPIC = 'bench';
/** Hours that a run of the whole path publishes, one archive each. */
const HOURS = 4;
const DAY = 86_400_000;
const RESULTS_FILE = path.join(DEFAULT_STATE_DIR, 'bench', 'results.json');

interface Options {
  readonly days: number;
  readonly json?: boolean;
}

async function bench({ days, json }: Options): Promise<void> {
  await withServices(
    async ({ work, settings, java }) => {
      print(await run({ work, settings, java, days }), json);
    },
    [kafkaService, registryService],
  );
}

interface Run {
  readonly work: string;
  readonly settings: LocalSettings;
  readonly java: string;
  readonly days: number;
}

async function run({ work, settings, java, days }: Run): Promise<Results> {
  const { kafka, registry } = addresses(settings);
  const hours = await sampleHours(path.join(work, 'hours'));
  const [hour] = hours;
  const schemas = loadSchemas(defaultSchemasRoot());
  const encoder = new RowEncoder(schemas, { key: 1, value: 2 });
  const log = createLogger('text', process.stderr);
  const publishers = {
    gzip: await publisherFor(kafka, 'gzip', log),
    lz4: await publisherFor(kafka, 'lz4', log),
    none: await publisherFor(kafka, 'none', log),
  };
  const transactions = await connectExactlyOnce({
    destination: { bootstrapServers: [kafka], topic: TOPIC, wait: 60, deliveryTimeout: 120 },
    registry: new SchemaRegistry({ url: registry, wait: 60, log }),
    schemas,
    compression: 'gzip',
    transactionTimeout: 60,
    log,
  });
  // The hour is published again and again, as if it was another one each time.
  const ingest = ingestOver(transactions, { log, again: true, reissues: 'publish', reading: {} });
  const kafkajs = await KafkajsPath.connect(kafka, TOPIC, schemas, encoder);

  const batches = await readAll(hour);
  const { rows, bytes } = encodeAll(encoder, batches);
  const recordSize = Math.round(bytes / rows);
  const jars = path.join(settings.partsDir, 'kafka');
  const whole = (publisher: Publisher): Stage => ({ run: () => wholePath(hours, encoder, publisher) });
  const perfTest = (compression: readonly string[]): Stage => ({
    run: () => runPerfTest({ java, jars, bootstrapServers: kafka, topic: TOPIC, recordSize, compression }),
    external: true,
  });
  const noPeer = await whyNoPeer();
  if (noPeer !== undefined) say(`no comparison with Python: ${noPeer}`);
  const peer = { run: () => runPeer(hour, kafka, TOPIC), external: true };
  const ours = {
    decodeAndMerge: { run: () => decodeAndMerge(hour), repeat: 5 },
    encode: { run: () => Promise.resolve(encodeAll(encoder, batches).rows), repeat: 10 },
    encodeWithAvsc: { run: () => Promise.resolve(encodeWithAvsc(schemas.value, batches)), repeat: 3 },
    gzip: whole(publishers.gzip),
    exactlyOnce: { run: () => exactlyOnce(hours, ingest, transactions.committed) },
    lz4: whole(publishers.lz4),
    none: whole(publishers.none),
    kafkajs: { run: () => kafkajs.publish(readBatches([hour], new ReadReport())) },
    perfTestGzip: perfTest(GZIP),
    perfTestNone: perfTest(NO_COMPRESSION),
  };
  const onRound = (round: number, rounds: number): unknown =>
    say(round === 0 ? 'warming up' : `round ${round} of ${rounds}`);
  const stages: Results['stages'] =
    noPeer === undefined ? await measure({ ...ours, peer }, onRound) : await measure(ours, onRound);
  for (const publisher of Object.values(publishers)) await publisher.close();
  await transactions.close();
  await kafkajs.close();
  say(`publishing ${daysText(days)} at 20 Hz with strain-producer produce`);
  const published = await publishDays(path.join(work, 'days'), { kafka, registry }, { days });
  return {
    node: process.version,
    cores: cpus().length,
    rows,
    recordSize,
    stages,
    days: { number: days, ...published },
  };
}

function publisherFor(bootstrapServer: string, compression: Compression, log: Logger): Promise<Publisher> {
  return connectPublisher({
    bootstrapServers: [bootstrapServer],
    topic: TOPIC,
    compression,
    wait: 60,
    deliveryTimeout: 120,
    log,
  });
}

/** Writes archives of an hour at 20 Hz of the demo's station, of several days. */
async function sampleHours(folder: string): Promise<[string, ...string[]]> {
  const paths: string[] = [];
  for (let day = 0; day < HOURS; day++) {
    const [archive] = planArchives({ sessions: ['Min'], start: REFERENCE_INSTANT + day * DAY });
    paths.push((await writeArchive(folder, archive!)).path);
  }
  return paths as [string, ...string[]];
}

function print(results: Results, isJson = false): void {
  const limits = checkLimits(results);
  mkdirSync(path.dirname(RESULTS_FILE), { recursive: true });
  const json = JSON.stringify({ ...results, limits }, undefined, 2);
  writeFileSync(RESULTS_FILE, `${json}\n`);
  if (isJson) process.stdout.write(`${json}\n`);
  else process.stdout.write(`${asText(results)}\n`);
  say(`results written to ${RESULTS_FILE}`);
  if (limits.some(({ passed }) => !passed)) process.exitCode = 1;
}

function asText(results: Results): string {
  const { stages, rows, recordSize, node, cores, days } = results;
  const line = (what: string, { median, min, max, rounds }: Rate): (string | number)[] => [
    what,
    ...[median, min, max].map(Math.round),
    rounds.length,
  ];
  const rates = grid(
    ['rows/s', 'median', 'slowest', 'fastest', 'rounds'],
    [
      line('decode + merge', stages.decodeAndMerge),
      line('encode', stages.encode),
      line('encode with avsc', stages.encodeWithAvsc),
      line('whole path, gzip', stages.gzip),
      line('whole path, gzip, exactly once', stages.exactlyOnce),
      line('whole path, lz4', stages.lz4),
      line('whole path, no compression', stages.none),
      line("avsc and kafkajs's producer, gzip", stages.kafkajs),
      line('kafka-producer-perf-test, gzip', stages.perfTestGzip),
      line('kafka-producer-perf-test, no compression', stages.perfTestNone),
      ...(stages.peer ? [line('numpy, fastavro and confluent-kafka, gzip', stages.peer)] : []),
    ],
  );
  const limits = grid(
    ['limit', 'measured', ''],
    checkLimits(results).map(({ what, measured, passed }) => [what, measured, passed ? 'pass' : 'FAIL']),
  );
  return [
    `Hours at 20 Hz, of ${count(rows)} rows of ${recordSize} bytes with the key; acks=all; Node ${node}, ${cores} cores`,
    rates,
    `At 20 Hz, ${daysText(days.number)}, by strain-producer produce: ${count(days.rows)} rows, ${count(days.rowsPerSecond)} rows/s`,
    limits,
  ].join('\n');
}

void runCommand(
  new Command('bench')
    .description('Measures how fast and in how much memory archives are published, and checks the limits.')
    .addOption(
      new Option('--days <n>', 'days at 20 Hz that the command line publishes at the end, one archive each')
        .argParser(wholeNumber(1, 366))
        .default(1),
    )
    .option('--json', 'print the results as JSON')
    .action((options: Options) => bench(options)),
);
