/** What `produce` and `watch` have in common. */
import { type Command, InvalidArgumentError, Option } from 'commander';

import { seconds } from '../../cli/arguments';
import { PRODUCER_ENV } from '../../contract';
import { parseShare, type Share } from '../archive/share';
import { type Reissues, REISSUES } from '../exactly-once/unit-publisher';
import { codecOf, type Compression, COMPRESSIONS } from '../records/compression';
import { defaultSchemasRoot } from '../records/schemas';
import { addKafkaOptions, type KafkaOptions, optionByEnv } from './kafka-options';

/**
 * Milliseconds that rows in flight have to be acknowledged after a signal: well within the grace period of a
 * pod.
 */
const STOP_GRACE = 10_000;

/** What the options give. */
export interface PublishOptions extends KafkaOptions {
  readonly schemas: string;
  readonly compression: Compression;
  readonly transactionTimeout: number;
  readonly reissues: Reissues;
  readonly share?: Share;
}

/** Adds the options of a command that publishes. */
export function addPublishOptions(command: Command, env: NodeJS.ProcessEnv): Command {
  return addKafkaOptions(command, env)
    .addOption(
      optionByEnv(env, {
        flags: '--schemas <folder>',
        what: 'folder of the .avsc files',
        variable: PRODUCER_ENV.avroSchemasRoot,
        otherwise: defaultSchemasRoot(),
      }),
    )
    .addOption(
      new Option('--compression <codec>', 'compression of batches')
        .choices(COMPRESSIONS)
        .default(COMPRESSIONS[0]),
    )
    .option(
      '--transaction-timeout <seconds>',
      'after how long Kafka aborts the transaction of a producer that died: readers wait for that long',
      seconds,
      60,
    )
    .addOption(
      new Option('--reissues <policy>', 'an archive that was published with other content under its name')
        .choices(REISSUES)
        .default(REISSUES[0]),
    )
    .option(
      '--share <i/n>',
      'publish share i of n of the stations, counted from 0: for parallel workers',
      shareOption,
    );
}

/** Aborted some time after the signal: rows that are not acknowledged by then are given up. */
export function giveUpAfter(signal: AbortSignal): AbortSignal {
  const giveUp = new AbortController();
  const start = (): unknown => setTimeout(() => giveUp.abort(), STOP_GRACE).unref();
  if (signal.aborted) start();
  else signal.addEventListener('abort', start, { once: true });
  return giveUp.signal;
}

function shareOption(text: string): Share {
  const share = parseShare(text);
  if (share) return share;
  throw new InvalidArgumentError('Expected I/N, for example 0/4 to 3/4 for four shares.');
}

/** Ends the command with a usage error when this version of Node does not have the codec. */
export function rejectCompression(command: Command, compression: Compression): void {
  try {
    codecOf(compression);
  } catch (error) {
    command.error(`error: --compression: ${(error as Error).message}`);
  }
}
