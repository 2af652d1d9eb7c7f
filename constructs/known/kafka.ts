/**
 * Properties of brokers and settings of topics, as Kafka defines them. `npm run known-options` makes the list
 * from its jars.
 */
import type { OptionList } from './options';
import type { KnownOption } from './value';
import json from './kafka.json';

type Options = Readonly<Record<string, KnownOption>>;

/** The committed list. */
interface KafkaList {
  readonly version: string;
  readonly topic: Options;
  readonly broker: Options;
  /** What the last Kafka 3 had and Kafka 4 has not. */
  readonly before: { readonly version: string; readonly topic: Options; readonly broker: Options };
}

const KAFKA = json as unknown as KafkaList;

/** Keys of plugins that Kafka hands them by their beginning (AbstractConfig, RemoteLogManagerConfig). */
const PLUGIN_FAMILIES = ['config.providers.', 'rsm.config.', 'rlmm.config.'];

/** Settings of topics. */
export const TOPIC_SETTINGS: OptionList = {
  title: `settings of topics of Kafka ${KAFKA.version}`,
  options: KAFKA.topic,
  hint: (key) => {
    if (key in KAFKA.before.topic) return removed(key);
    const sameMeaning = key.replace(/^log\./, '');
    if (sameMeaning in KAFKA.topic) return `That is a property of brokers. Topics have "${sameMeaning}".`;
    if (key in KAFKA.broker) return 'That is a property of brokers: set it in `properties` of Kafka.';
    return undefined;
  },
};

/** Properties of brokers and controllers that run with KRaft. */
export const BROKER_PROPERTIES: OptionList = {
  title: `properties of brokers of Kafka ${KAFKA.version}`,
  options: KAFKA.broker,
  family: (key) => brokerFamily(KAFKA.broker, key),
  hint: (key) => {
    if (key in KAFKA.before.broker) return removed(key);
    const sameMeaning = `log.${key}`;
    if (key in KAFKA.topic && sameMeaning in KAFKA.broker) {
      return `That is a setting of topics. Brokers have "${sameMeaning}" as its default.`;
    }
    return undefined;
  },
};

/** Properties of brokers with ZooKeeper, which are those of Kafka 3. */
export const ZOOKEEPER_BROKER_PROPERTIES: OptionList = {
  title: `properties of brokers of Kafka ${KAFKA.before.version}`,
  options: { ...KAFKA.broker, ...KAFKA.before.broker },
  family: (key) => brokerFamily({ ...KAFKA.broker, ...KAFKA.before.broker }, key),
};

function removed(key: string): string {
  return `Kafka 4 removed ${key}, which Kafka ${KAFKA.before.version} had: leave it out.`;
}

/**
 * `listener.name.LISTENER.KEY` sets a property for one listener, and `listener.name.LISTENER.MECHANISM.KEY`
 * for one SASL mechanism of it.
 */
function brokerFamily(options: Options, key: string): KnownOption | 'any' | undefined {
  if (PLUGIN_FAMILIES.some((beginning) => key.startsWith(beginning))) return 'any';
  const ofListener = /^listener\.name\.[^.]+\.(.+)$/.exec(key)?.[1];
  if (ofListener === undefined) return undefined;
  return options[ofListener] ?? options[ofListener.replace(/^[^.]+\./, '')];
}
