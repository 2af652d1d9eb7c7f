/** The lists that the Java programs print, and the committed lists that are made from them. */

/** An option: its type and, if the definition has them, its allowed values. */
interface Option {
  readonly type: string;
}

type Options = Readonly<Record<string, Option>>;

/** What KafkaOptions.java prints. */
export interface KafkaLists {
  readonly version: string;
  readonly topic: Options;
  readonly broker: Options;
}

/** What FlinkOptions.java prints. */
export interface FlinkLists {
  readonly version: string;
  readonly options: Options;
  /** Deprecated keys with their successors. */
  readonly renamed: Readonly<Record<string, string>>;
  readonly families: readonly string[];
  readonly everyTable?: Options;
  readonly connectors?: Readonly<Record<string, Options>>;
  readonly formats?: Readonly<Record<string, Options>>;
  readonly kafkaClients?: Options;
  readonly kafkaConnectorVersion?: string;
}

/** Connectors and formats of the tables that `AvroTable` can create. */
const CONNECTORS = ['kafka', 'upsert-kafka'];
const FORMATS = ['avro-confluent'];

/** Merges the current options with those of the previous release series. */
export function merge(lists: {
  readonly kafka: KafkaLists;
  readonly kafkaBefore: KafkaLists;
  readonly flink: FlinkLists;
  readonly flinkBefore: FlinkLists;
}): { kafka: object; flink: object } {
  const { kafka, kafkaBefore, flink, flinkBefore } = lists;
  return {
    kafka: {
      version: kafka.version,
      topic: kafka.topic,
      broker: kafka.broker,
      before: {
        version: kafkaBefore.version,
        topic: without(kafkaBefore.topic, kafka.topic),
        broker: without(kafkaBefore.broker, kafka.broker),
      },
    },
    flink: {
      version: flink.version,
      options: flink.options,
      families: flink.families,
      before: { version: flinkBefore.version, ...sinceBefore(flink, flinkBefore) },
      kafkaConnector: {
        version: flink.kafkaConnectorVersion,
        everyTable: flink.everyTable,
        connectors: pick(flink.connectors, CONNECTORS),
        formats: pick(flink.formats, FORMATS),
        clients: flink.kafkaClients,
      },
    },
  };
}

/** Keys of the earlier Flink that the later one has renamed or removed. */
function sinceBefore(
  now: FlinkLists,
  before: FlinkLists,
): { renamed: Record<string, string>; removed: string[] } {
  const renamed: Record<string, string> = { ...now.renamed };
  const removed: string[] = [];
  for (const key of [...Object.keys(before.options), ...Object.keys(before.renamed)].sort()) {
    if (key in now.options || key in renamed) continue;
    const successor = before.renamed[key];
    const today =
      successor === undefined ? undefined : successor in now.options ? successor : now.renamed[successor];
    if (today === undefined) removed.push(key);
    else renamed[key] = today;
  }
  return { renamed: sorted(renamed), removed };
}

function without(options: Options, other: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([key]) => !(key in other)));
}

function pick<Value>(
  all: Readonly<Record<string, Value>> = {},
  names: readonly string[],
): Record<string, Value> {
  return Object.fromEntries(
    names.map((name) => {
      const value = all[name];
      if (value === undefined) throw new Error(`no "${name}" among ${Object.keys(all).join(', ')}`);
      return [name, value];
    }),
  );
}

function sorted<Value>(values: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}
