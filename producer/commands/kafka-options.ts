/** The options of all commands that use Kafka and the registry. */
import { type Command, Option } from 'commander';

import { seconds } from '../../cli/arguments';
import { PORTS, PRODUCER_ENV, TOPIC } from '../../contract';
import type { CliContext } from '../context';
import type { Destination } from '../publish/failures';
import { SchemaRegistry } from '../publish/registry';

/** What the options give. */
export interface KafkaOptions {
  readonly bootstrapServers: string;
  readonly schemaRegistry: string;
  readonly topic: string;
  readonly wait: number;
  readonly deliveryTimeout: number;
}

/** Checked addresses. */
export interface Services {
  readonly destination: Destination;
  readonly registry: SchemaRegistry;
}

/** An option whose default comes from the environment. */
export function optionByEnv(
  env: NodeJS.ProcessEnv,
  { flags, what, variable, otherwise }: Record<'flags' | 'what' | 'variable' | 'otherwise', string>,
): Option {
  const value = env[variable];
  const set = value !== undefined && value !== '';
  // The value itself stays out of the help: an address can hold a password.
  return new Option(flags, `${what} (env: ${variable})`).default(set ? value : otherwise, otherwise);
}

/** Adds the options to a command. */
export function addKafkaOptions(command: Command, env: NodeJS.ProcessEnv): Command {
  return command
    .addOption(
      optionByEnv(env, {
        flags: '--bootstrap-servers <list>',
        what: 'Kafka, host:port[,host:port…]',
        variable: PRODUCER_ENV.bootstrapServers,
        otherwise: `localhost:${PORTS.kafkaHost}`,
      }),
    )
    .addOption(
      optionByEnv(env, {
        flags: '--schema-registry <url>',
        what: 'schema registry, http(s)://[user:password@]host:port[/path]',
        variable: PRODUCER_ENV.schemaRegistryUrl,
        otherwise: `http://localhost:${PORTS.schemaRegistry}`,
      }),
    )
    .option('--topic <name>', 'topic; its schemas have the subjects NAME-key and NAME-value', TOPIC)
    .option(
      '--wait <seconds>',
      'how long to wait at the start for Kafka, and then for the registry',
      seconds,
      60,
    )
    .option('--delivery-timeout <seconds>', 'how long rows may remain unacknowledged', seconds, 120);
}

/** Checks the addresses. Ends the command with a usage error when one is wrong. */
export function servicesOf(
  context: CliContext,
  command: Command,
  options: KafkaOptions,
  onRegistryRetry?: () => void,
): Services {
  const { topic, wait, deliveryTimeout, schemaRegistry: url } = options;
  const bootstrapServers = options.bootstrapServers.split(',').map((server) => server.trim());
  const wrong = bootstrapServers.find((server) => !/^[^\s/@]+:\d+$/.test(server));
  if (wrong !== undefined) {
    command.error(`error: --bootstrap-servers: ${JSON.stringify(wrong)} is not host:port`);
  }
  let registry: SchemaRegistry;
  try {
    registry = new SchemaRegistry({
      url,
      wait,
      log: context.log,
      stop: context.signal,
      onRetry: onRegistryRetry,
    });
  } catch (error) {
    command.error(`error: --schema-registry: ${(error as Error).message}`);
  }
  return { destination: { bootstrapServers, topic, wait, deliveryTimeout }, registry };
}
