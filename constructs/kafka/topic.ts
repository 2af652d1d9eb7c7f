/** Topics as users declare them, checked as Kafka checks them. */
import type { Duration } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { invalid, requireInteger } from '../common/invalid';
import { warn } from '../common/warning';
import { TOPIC_SETTINGS } from '../known/kafka';
import { checkOptions } from '../known/options';
import type { IKafka } from './link';

/** A topic of a cluster, for the constructs that read or write it. */
export interface ITopic {
  /** Name of the topic. */
  readonly name: string;
  /** The cluster that has it. */
  readonly kafka: IKafka;
}

/** A topic as it shall be. */
export interface TopicDeclaration {
  /** Letters, digits, `.`, `_` and `-`, at most 249 of them. */
  readonly name: string;
  /**
   * Number of partitions. It can grow later, never shrink.
   * @default - the brokers' default for a new topic; what is there for one that exists
   */
  readonly partitions?: number;
  /**
   * Number of replicas. A topic that exists with another number is reported, not changed.
   * @default - the brokers' default
   */
  readonly replicationFactor?: number;
  /**
   * What becomes of old records: deleted by age, or all but the last of each key removed, or both.
   * @default - the brokers' default, `delete`
   */
  readonly cleanup?: 'delete' | 'compact' | 'compact,delete';
  /**
   * Age at which records are deleted.
   * @default - the brokers' default, 7 days
   */
  readonly retention?: Duration | 'forever';
  /**
   * Any other setting of the topic by Kafka's name. What is not declared stays as it is.
   * @default - none
   */
  readonly config?: Readonly<Record<string, string | number | boolean>>;
}

/** A declaration with its settings by Kafka's names. */
export interface ResolvedTopic {
  /** Name of the topic. */
  readonly name: string;
  /** Undefined where the brokers' default holds. */
  readonly partitions: number | undefined;
  /** Undefined where the brokers' default holds. */
  readonly replicationFactor: number | undefined;
  /** Settings by Kafka's names, `cleanup` and `retention` among them. */
  readonly config: Readonly<Record<string, string>>;
}

/** Topics that Kafka makes itself. */
const INTERNAL = ['__consumer_offsets', '__transaction_state', '__share_group_state', '__cluster_metadata'];

const MAX_LENGTH = 249;

/** Checks each declaration, and that they do not conflict. */
export function resolveTopics(
  scope: IConstruct,
  topics: readonly TopicDeclaration[],
  brokers: number | undefined,
): ResolvedTopic[] {
  if (topics.length === 0) {
    invalid(scope, { property: 'topics', got: [], allowed: 'one topic at least', fix: 'Declare a topic.' });
  }
  checkDistinct(scope, topics);
  return topics.map((topic, i) => resolveTopic(scope, topic, `topics[${i}]`, brokers));
}

/** Refuses a name that Kafka refuses. */
export function checkTopicName(where: IConstruct | string, property: string, name: string): void {
  const refuse = (allowed: string, fix: string): never =>
    invalid(where, { property, got: name, allowed, fix });
  if (name === '' || name === '.' || name === '..') {
    refuse('a name other than the empty one, `.` and `..`', 'Choose another name.');
  }
  if (name.length > MAX_LENGTH) {
    refuse(`at most ${MAX_LENGTH} characters`, `Shorten it: it has ${name.length}, and names a folder.`);
  }
  const wrong = /[^A-Za-z0-9._-]/u.exec(name)?.[0];
  if (wrong !== undefined) {
    refuse('letters, digits, `.`, `_` and `-`', `Replace ${JSON.stringify(wrong)}.`);
  }
  if (INTERNAL.includes(name)) refuse("topics other than Kafka's own", 'Leave it to Kafka, which makes it.');
}

function resolveTopic(
  scope: IConstruct,
  topic: TopicDeclaration,
  property: string,
  brokers: number | undefined,
): ResolvedTopic {
  const { name, partitions, replicationFactor } = topic;
  checkTopicName(scope, `${property}.name`, name);
  if (partitions !== undefined) requireInteger(scope, `${property}.partitions`, partitions, { min: 1 });
  if (replicationFactor !== undefined) {
    checkReplication(scope, `${property}.replicationFactor`, replicationFactor, brokers);
  }
  return { name, partitions, replicationFactor, config: resolveConfig(scope, topic, property) };
}

/** What follows when every replica has to have a record. */
export const EVERY_REPLICA =
  'it is the replication factor, so writers stop as soon as one broker is down; one less keeps acknowledged records through the loss of a broker';

function checkReplication(scope: IConstruct, property: string, got: number, brokers = Infinity): void {
  requireInteger(scope, property, got, { min: 1 });
  if (got <= brokers) return;
  invalid(scope, {
    property,
    got,
    allowed: `at most ${brokers}, the number of brokers`,
    fix: 'Lower it, or raise `brokers` of Kafka: a broker keeps one replica of a partition at most.',
  });
}

function resolveConfig(scope: IConstruct, topic: TopicDeclaration, property: string): Record<string, string> {
  const { cleanup, retention, config = {}, replicationFactor } = topic;
  const typed = {
    ...(cleanup === undefined ? {} : { 'cleanup.policy': cleanup }),
    ...(retention === undefined
      ? {}
      : { 'retention.ms': retention === 'forever' ? '-1' : String(retention.toMilliseconds()) }),
  };
  for (const [name, value] of Object.entries(config)) {
    checkSetting(scope, `${property}.config['${name}']`, name, value, name in typed);
  }
  checkOptions(scope, `${property}.config`, TOPIC_SETTINGS, config);
  const inSync = Number(config['min.insync.replicas'] ?? 1);
  if (replicationFactor !== undefined && inSync > replicationFactor) {
    invalid(scope, {
      property: `${property}.config['min.insync.replicas']`,
      got: inSync,
      allowed: `at most replicationFactor, ${replicationFactor}`,
      fix: 'Lower it: no record that asks for all acknowledgements could be written.',
    });
  }
  if (replicationFactor !== undefined && replicationFactor > 1 && inSync === replicationFactor) {
    warn(scope, `${property}.config['min.insync.replicas']`, EVERY_REPLICA);
  }
  const settings = Object.entries(config).map(([name, value]) => [name, String(value)] as const);
  return { ...typed, ...Object.fromEntries(settings) };
}

function checkSetting(
  scope: IConstruct,
  property: string,
  name: string,
  value: string | number | boolean,
  isTyped: boolean,
): void {
  if (isTyped) {
    invalid(scope, {
      property,
      got: value,
      allowed: 'settings that have no prop of their own in use',
      fix: `Set it once: ${name} is made from \`cleanup\` or \`retention\`.`,
    });
  }
  // The Job's script has the settings in a table, one topic per line.
  if (/^[a-z0-9.]+$/.test(name) && !/[\p{Cc}[\]]/u.test(String(value))) return;
  invalid(scope, {
    property,
    got: value,
    allowed: "one of Kafka's names in lowercase, and a value without line breaks, tabs and brackets",
    fix: 'Correct it, for example max.message.bytes: 1048576.',
  });
}

function checkDistinct(scope: IConstruct, topics: readonly TopicDeclaration[]): void {
  const byMetric = new Map<string, number>();
  topics.forEach(({ name }, i) => {
    // Kafka's metrics have `_` where a name has `.`, so it refuses two topics that differ only in that.
    const metric = name.replaceAll('.', '_');
    const first = byMetric.get(metric);
    if (first !== undefined) {
      const twin = topics[first]?.name ?? '';
      invalid(scope, {
        property: `topics[${i}].name`,
        got: name,
        allowed:
          twin === name
            ? `a name that topics[${first}] does not have`
            : `a name that differs in more than \`.\` and \`_\` from topics[${first}], "${twin}"`,
        fix: twin === name ? 'Declare each topic once.' : 'Rename one of them: their metrics would collide.',
      });
    }
    byMetric.set(metric, i);
  });
}
