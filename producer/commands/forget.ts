import { basename } from 'node:path';

import { Command } from 'commander';

import { UserError } from '../../contract/user-error';
import type { CliContext } from '../context';
import { forget, readProgress } from '../exactly-once/progress-access';
import { counted } from '../summary';
import { addKafkaOptions, type KafkaOptions, servicesOf } from './kafka-options';

const EXAMPLES = `
Rows that are in the topic stay there. "produce" then publishes the archive from its first row on.

Examples:
  strain-producer forget B009.2021182_20.tar
  strain-producer forget --station B009

Exit codes: 0 forgotten; 1 it could not be done; 2 wrong usage.`;

interface ForgetOptions extends KafkaOptions {
  readonly station?: string;
}

/** `forget ARCHIVE…`: deletes the progress of archives. */
export function forgetCommand(context: CliContext): Command {
  const command = new Command('forget')
    .description('Forget that archives are published, so that "produce" publishes them again.')
    .argument('[archive...]', 'file names of archives');
  return addKafkaOptions(command, context.env)
    .option('--station <name>', 'all archives of a station')
    .addHelpText('after', EXAMPLES)
    .action(async (archives: string[], options: ForgetOptions) => {
      if (archives.length === 0 && options.station === undefined) {
        command.error('error: give the names of archives, or --station');
      }
      const { destination } = servicesOf(context, command, options);
      const { log, signal } = context;
      const connection = { ...destination, log, stop: signal };
      const names = new Set(archives.map((archive) => basename(archive)));
      const found = (await readProgress(connection)).filter(
        ({ site, archive }) => site === options.station || names.has(archive),
      );
      const missing = [...names].filter((name) => !found.some(({ archive }) => archive === name));
      if (missing.length > 0 || found.length === 0) {
        throw new UserError(
          'INPUT_UNREADABLE',
          `not published: ${[...missing, options.station].join(' ').trim()}`,
          {
            fix: 'give names as "strain-producer status --archives" shows them',
          },
        );
      }
      await forget(connection, found);
      log.info(`forgotten: ${counted(found.length, 'archive')}`);
    });
}
