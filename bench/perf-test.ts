/** Kafka's own benchmark: `kafka-producer-perf-test`. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import { GZIP_LEVEL } from '../producer/records/compression';

/** Records of one run, and records before them that do not count. */
const RECORDS = 750_000;
const WARM_UP_RECORDS = 250_000;

/** Timeout of a run, because the tool waits a minute for each record if the topic does not exist. */
const TIMEOUT_MS = 120_000;

/** Options of a run. */
export interface PerfTestOptions {
  readonly java: string;
  /** Folder of Kafka's jars. */
  readonly jars: string;
  readonly bootstrapServers: string;
  /** An existing topic. */
  readonly topic: string;
  /** Size of a record in bytes. */
  readonly recordSize: number;
  /** Compression, with its level where it has one, as options of the producer. */
  readonly compression: readonly string[];
}

/** gzip at the level of strain-producer, and none. */
export const GZIP: readonly string[] = ['compression.type=gzip', `compression.gzip.level=${GZIP_LEVEL}`];
export const NO_COMPRESSION: readonly string[] = ['compression.type=none'];

/**
 * Runs it once with acks=all and no throttle. Its records are random letters. Resolves to records per second.
 */
export async function runPerfTest(options: PerfTestOptions): Promise<number> {
  const args = [
    '-Xmx256m',
    '-cp',
    path.join(options.jars, '*'),
    'org.apache.kafka.tools.ProducerPerformance',
    ...['--bootstrap-server', options.bootstrapServers],
    ...['--topic', options.topic],
    ...['--num-records', `${RECORDS + WARM_UP_RECORDS}`],
    ...['--warmup-records', `${WARM_UP_RECORDS}`],
    ...['--record-size', `${options.recordSize}`],
    ...['--throughput', '-1'],
    ...['--command-property', 'acks=all', ...options.compression],
  ];
  const { stdout } = await promisify(execFile)(options.java, args, { timeout: TIMEOUT_MS });
  return parsePerfTest(stdout);
}

/** The rate in the last line, `1000000 records sent, 612745.1 records/sec (71.29 MB/sec), …`. */
export function parsePerfTest(output: string): number {
  const last = output.trim().split('\n').at(-1) ?? '';
  const rate = /records sent, ([\d.]+) records\/sec/.exec(last)?.[1];
  if (rate === undefined) throw new Error(`kafka-producer-perf-test printed no rate: ${output}`);
  return Number(rate);
}
