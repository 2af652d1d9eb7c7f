/**
 * Options of Flink's configuration, and of tables of its Kafka connectors, as Flink defines them. `npm run
 * known-options` makes the list from its jars.
 */
import type { OptionList } from './options';
import type { KnownOption } from './value';
import json from './flink.json';

type Options = Readonly<Record<string, KnownOption>>;

/** The committed list. */
interface FlinkList {
  readonly version: string;
  readonly options: Options;
  /** Beginnings of keys that Flink hands on, for example to a metrics reporter. */
  readonly families: readonly string[];
  /** What became of the options of the last Flink 1. */
  readonly before: {
    readonly version: string;
    readonly renamed: Readonly<Record<string, string>>;
    readonly removed: readonly string[];
  };
  readonly kafkaConnector: {
    readonly version: string;
    /** Options of every table. */
    readonly everyTable: Options;
    readonly connectors: Readonly<Record<string, Options>>;
    readonly formats: Readonly<Record<string, Options>>;
    /** Properties of Kafka's clients, which `properties.*` hands on. */
    readonly clients: Options;
  };
}

const FLINK = json as unknown as FlinkList;

/**
 * Families that Flink's classes have no constant with an annotation for, and those of parts that the list is
 * not made from.
 */
const MORE_FAMILIES = [
  // Environment of the processes (ConfigConstants).
  'containerized.master.env.',
  'containerized.taskmanager.env.',
  // Hadoop's configuration (HadoopUtils) and file systems, which take the keys of their own clients.
  'flink.hadoop.',
  'fs.s3a.',
  's3a.',
  'fs.azure.',
  'fs.gs.',
  'gs.',
  'fs.oss.',
  // Endpoints and catalog stores, each with the options of its implementation.
  'sql-gateway.endpoint.',
  'workflow-scheduler.',
  'table.catalog-store.',
  // Parts of Flink that no image of this library has.
  'python.',
  'yarn.',
  'state.backend.forst.',
];

/** Options of Flink's `config.yaml`. */
export const FLINK_OPTIONS: OptionList = {
  title: `options of Flink ${FLINK.version}`,
  options: FLINK.options,
  family: (key) =>
    [...FLINK.families, ...MORE_FAMILIES].some((beginning) => key.startsWith(beginning)) ? 'any' : undefined,
  hint: (key) => {
    const successor = FLINK.before.renamed[key];
    if (successor !== undefined) return `Flink 2 has it by the name "${successor}".`;
    if (FLINK.before.removed.includes(key)) {
      return `Flink 2 removed ${key}, which Flink ${FLINK.before.version} had: leave it out.`;
    }
    return undefined;
  },
};

/** Connectors of Flink for topics of Kafka. */
type KafkaConnector = 'kafka' | 'upsert-kafka';

/** Made when they are first asked for, as there are over a thousand. */
const tableOptions = new Map<KafkaConnector, OptionList>();

/** Options of a table whose records have the format `avro-confluent`. */
export function kafkaTableOptions(connector: KafkaConnector): OptionList {
  const known = tableOptions.get(connector) ?? listTableOptions(connector);
  tableOptions.set(connector, known);
  return known;
}

function listTableOptions(connector: KafkaConnector): OptionList {
  const { version, everyTable, connectors, formats, clients } = FLINK.kafkaConnector;
  const ofFormat = formats['avro-confluent'] ?? {};
  const options: Options = {
    ...everyTable,
    ...connectors[connector],
    ...withBeginning('key.avro-confluent.', ofFormat),
    ...withBeginning('value.avro-confluent.', ofFormat),
    ...withBeginning('properties.', clients),
  };
  return {
    title: `options of tables of Flink's connector ${connector} ${version} with the format avro-confluent`,
    options,
    // What the client of the registry takes, and the settings of config providers, which have names of their
    // own.
    family: (key) =>
      /^((key|value)\.avro-confluent\.properties|properties\.config\.providers)\./.test(key)
        ? 'any'
        : undefined,
    hint: (key) =>
      `properties.${key}` in options
        ? `It is a property of Kafka's clients: write "properties.${key}".`
        : undefined,
  };
}

function withBeginning(beginning: string, options: Options): Options {
  return Object.fromEntries(Object.entries(options).map(([key, option]) => [`${beginning}${key}`, option]));
}
