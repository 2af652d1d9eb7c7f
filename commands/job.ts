/** `npm run job`: the streaming jobs of `jobs/` on the services of this machine. */
import { Command } from 'commander';
import { EXIT } from '../contract';
import { JOBS } from '../jobs/index';
import type { JobDefinition } from '../jobs/definition';
import { describeError, UserError } from '../contract/user-error';
import { JobRunner, type StartOptions } from '../local/jobs/runner';
import { runningServices } from '../local/lock';
import { localSettings, addPlaceOptions, type PlaceOptions } from '../local/options';

const EXAMPLES = `
Examples:
  npm run job -- --list
  npm run job -- clicks            starts it, or replaces the running job if the SQL has changed
  npm run job -- clicks --stop     stops it with a savepoint, from which the next start continues
  npm run job -- clicks --fresh    starts without the previous state

A job continues from its last savepoint or checkpoint, even after a restart of the services.
Exit codes: 0 done; 1 failed; 2 wrong usage; 130 and 143 ended by a signal.`;

interface JobOptions extends PlaceOptions, StartOptions {
  readonly list?: boolean;
  readonly stop?: boolean;
}

async function run(name: string | undefined, options: JobOptions): Promise<void> {
  const controller = new AbortController();
  for (const [signal, code] of [
    ['SIGINT', EXIT.interrupted],
    ['SIGTERM', EXIT.terminated],
  ] as const) {
    process.once(signal, () => {
      process.exitCode = code;
      controller.abort();
    });
  }
  const settings = await runningServices(localSettings(options));
  const runner = new JobRunner(settings, (line) => console.log(line), controller.signal);
  if (options.list) return list(runner);
  const job = find(name);
  if (!options.stop) {
    await runner.start(job, options);
    console.log(`${job.name} runs`);
  } else if (!(await runner.stop(job))) {
    console.log(`${job.name} is not running`);
  }
}

async function list(runner: JobRunner): Promise<void> {
  const width = Math.max(...JOBS.map((job) => job.name.length));
  for (const job of JOBS) {
    const running = await runner.find(job);
    console.log(
      `${job.name.padEnd(width)}  ${(running?.state ?? '-').padEnd('RUNNING'.length)}  ${job.summary}`,
    );
  }
}

function find(name: string | undefined): JobDefinition {
  const job = JOBS.find((it) => it.name === name);
  if (job) return job;
  const names = JOBS.map((it) => it.name).join(', ');
  throw new UserError('JOB_FAILED', name === undefined ? 'no job given' : `no job '${name}'`, {
    fix: `name one of ${names}; \`npm run job -- --list\` describes them`,
  });
}

const program = new Command('npm run job --')
  .description('Starts and stops the streaming jobs of jobs/ on the services that `npm start` runs.')
  .argument('[name]', 'the job')
  .option('--list', 'list the jobs and which of them are running')
  .option('--stop', 'stop the job with a savepoint')
  .option('--fresh', 'start without the previous state')
  .option('--drop-unmatched', 'drop state that the changed SQL cannot use')
  .addHelpText('after', EXAMPLES)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.usage));
addPlaceOptions(program)
  .action(run)
  .parseAsync()
  .catch((error: unknown) => {
    if (process.exitCode !== undefined) return;
    console.error(describeError(error));
    process.exitCode = EXIT.failed;
  });
