/**
 * The command line: `strain-producer COMMAND`. Each command is a file in commands/; this file only joins
 * them.
 */
import { Command, CommanderError, Option } from 'commander';

import { EXIT } from '../contract';
import { forgetCommand } from './commands/forget';
import { infoCommand } from './commands/info';
import { parseCommand } from './commands/parse';
import { produceCommand } from './commands/produce';
import { sampleCommand } from './commands/sample';
import { statusCommand } from './commands/status';
import { watchCommand } from './commands/watch';
import type { CliContext, CliWorld } from './context';
import { createLogger, LOG_FORMATS, logError, type LogFormat, type Logger } from './log';
import { version } from './package.json';
import { stopCode } from './stop';

/** Commands by their factory, in the order of the help. */
const COMMANDS: readonly ((context: CliContext) => Command)[] = [
  produceCommand,
  watchCommand,
  statusCommand,
  forgetCommand,
  parseCommand,
  infoCommand,
  sampleCommand,
];

/** Runs one command line (without node and script) and returns the exit code. */
export async function run(argv: readonly string[], world: CliWorld): Promise<number> {
  let log: Logger | undefined;
  const program = new Command('strain-producer');
  const context: CliContext = {
    ...world,
    get logFormat() {
      return program.opts<{ logFormat: LogFormat }>().logFormat;
    },
    get log() {
      return (log ??= createLogger(this.logFormat, world.stderr));
    },
    exitCode: EXIT.ok,
  };
  program
    .description('Reads borehole strainmeter (GTSM) bottles and publishes their rows to Kafka.')
    .version(version)
    .addOption(
      new Option('--log-format <format>', 'messages on standard error')
        .choices(LOG_FORMATS)
        .default(LOG_FORMATS[0]),
    )
    .exitOverride()
    .configureOutput({
      writeOut: (text) => world.stdout.write(text),
      writeErr: (text) => world.stderr.write(text),
    });
  for (const command of COMMANDS) program.addCommand(command(context).copyInheritedSettings(program));
  try {
    await program.parseAsync(argv, { from: 'user' });
    return context.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    logError(context.log, error);
    return EXIT.failed;
  }
}

/** Runs the process's own command line and sets its exit code. A second signal ends it at once. */
export async function main(): Promise<void> {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(stopCode(stop.signal));
      stop.abort(name);
    });
  }
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The reader stopped reading (`| head`), which is not an error.
    if (error.code === 'EPIPE') process.exit(EXIT.ok);
    process.stderr.write(`standard output: ${error.message}\n`);
    process.exit(EXIT.failed);
  });
  const { stdin, stdout, stderr, env } = process;
  process.exitCode = await run(process.argv.slice(2), { stdin, stdout, stderr, env, signal: stop.signal });
}
