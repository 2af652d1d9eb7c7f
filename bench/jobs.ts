/**
 * `npm run bench:jobs`: rows per second through each job, on one TaskManager with one task slot and with two,
 * and the size of the state after a 20 Hz day of a station. The rows are in Kafka before a job starts, and
 * the job ends after the last row.
 */
import { cpus } from 'node:os';
import path from 'node:path';

import type { JobDefinition } from '../jobs/definition';
import { GTSM_GAPS } from '../jobs/strain/gaps';
import { GTSM_1MIN } from '../jobs/strain/minutes';
import { JobRunner } from '../local/jobs/runner';
import { addresses } from '../local/settings';
import { partitionOf } from '../producer/publish/partition';
import { count, grid } from '../producer/summary';
import { endingClicks, sendClicks } from './clicks';
import { publishDays } from './days';
import { type JobRun, runToEnd } from './job-run';
import { type Bench, say, withServices } from './stack';

/** Partitions of the topic on one machine. With two readers, each has every second partition. */
const PARTITIONS = 4;

const STATIONS = 2;

const CLICKS = 500_000;

const TASK_SLOTS = [1, 2] as const;

async function main(): Promise<void> {
  await withServices(async (bench) => {
    say(`publishing a day at 20 Hz of ${STATIONS} stations`);
    const { rows } = await publishDays(
      path.join(bench.work, 'day'),
      { kafka: addresses(bench.settings).kafka, registry: addresses(bench.settings).registry },
      { stations: stations() },
    );
    const clicks = endingClicks();
    await runnerOf(bench).prepare(clicks);
    say(`sending ${count(CLICKS)} clicks`);
    await sendClicks(bench.settings, CLICKS);

    const lines: (string | number)[][] = [];
    const strain = [GTSM_1MIN, GTSM_GAPS].map((job) => ({ job: ending(job), rows, stations: STATIONS }));
    for (const { job, rows: input, stations: shares } of [
      ...strain,
      { job: clicks, rows: CLICKS, stations: 1 },
    ]) {
      const runs: JobRun[] = [];
      for (const taskSlots of TASK_SLOTS) runs.push(await run(bench, job, taskSlots));
      const rates = runs.map(({ seconds }) => count(Math.round(input / seconds)));
      const state = Math.max(...runs.map(({ stateBytes }) => stateBytes)) / shares;
      lines.push([job.name, ...rates, `${count(Math.round(state / 1e3))} kB`]);
    }
    const header = [
      'job',
      ...TASK_SLOTS.map((taskSlots) => `rows/s, ${slotsText(taskSlots)}`),
      'state per station (clicks: in all)',
    ];
    process.stdout.write(
      `One day at 20 Hz of ${STATIONS} stations, ${count(rows)} rows, and ${count(CLICKS)} clicks, from Kafka to Kafka; ` +
        `${cpus().length} cores shared by all services\n${grid(header, lines)}\n`,
    );
  });
}

/** A job that reads only the records that exist when it starts. */
function ending(job: JobDefinition): JobDefinition {
  return {
    ...job,
    tables: job.tables.map((table) => (table.sink === undefined ? { ...table, bounded: true } : table)),
  };
}

const runnerOf = ({ settings }: Bench): JobRunner =>
  new JobRunner(settings, say, AbortSignal.timeout(600_000));

/** Stations whose partitions are read by different readers. */
function stations(): string[] {
  const names = Array.from({ length: 20 }, (_, i) => `B${String(9 + i).padStart(3, '0')}`);
  // The key is the site in Avro: the schema id, then the length and the text.
  const key = (site: string): Buffer =>
    Buffer.concat([Buffer.from([0, 0, 0, 0, 1, site.length * 2]), Buffer.from(site)]);
  return Array.from({ length: STATIONS }, (_, reader) => {
    const name = names.find((site) => partitionOf(key(site), PARTITIONS) % STATIONS === reader);
    if (name === undefined)
      throw new Error(`no station of ${names.join(', ')} is in a partition of reader ${reader}`);
    return name;
  });
}

const slotsText = (taskSlots: number): string => `${taskSlots} task ${taskSlots === 1 ? 'slot' : 'slots'}`;

/** Runs the job from the start. */
async function run(bench: Bench, job: JobDefinition, taskSlots: number): Promise<JobRun> {
  say(`${job.name} with ${slotsText(taskSlots)}`);
  const settings = {
    ...job.settings,
    'parallelism.default': String(taskSlots),
    'execution.checkpointing.interval': '5 s',
  };
  return runToEnd(addresses(bench.settings).flink, job.name, () =>
    runnerOf(bench).start({ ...job, settings }, { fresh: true }),
  );
}

void main();
