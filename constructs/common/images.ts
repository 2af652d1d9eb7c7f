/** Container images: the pinned defaults, and the registry that can replace their own. */
import type { IConstruct } from 'constructs';
import { invalid } from './invalid';
import { stackSettings } from './settings';

/** Images by default, each pinned to a version. */
export const IMAGES = {
  /** Brokers, controllers and Kafka's tools, KRaft. */
  kafka: 'apache/kafka:4.3.1',
  /** Brokers of Kafka 3, with ZooKeeper. */
  confluentKafka: 'confluentinc/cp-kafka:7.9.5',
  /** ZooKeeper of the same release. */
  zooKeeper: 'confluentinc/cp-zookeeper:7.9.5',
  /** Schema registry. */
  confluentSchemaRegistry: 'confluentinc/cp-schema-registry:7.9.5',
  /** The other implementation of the registry. */
  apicurioRegistry: 'apicurio/apicurio-registry:3.0.9',
  /** Kafka REST proxy. */
  kafkaRest: 'confluentinc/cp-kafka-rest:7.9.5',
  /** Landoop's page of topics. */
  topicsUi: 'landoop/kafka-topics-ui:0.9.4',
  /** Landoop's page of schemas. */
  schemaUi: 'landoop/schema-registry-ui:0.9.5',
  /** kafbat's page of topics, groups and schemas. */
  kafkaUi: 'ghcr.io/kafbat/kafka-ui:v1.3.0',
  /** Flink with the connectors for Kafka and Avro; built from this project, not published. */
  flink: 'kafka-flink-cluster/flink:2.3.0',
  /** The producer with sample bottles; built from this project, not published. */
  strainProducer: 'kafka-flink-cluster/strain-producer:0.1.0',
} as const;

/** Parts of an image name: `registry/repository:tag@digest`. */
interface ImageName {
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const NAME =
  /^(?:(?:[\w.-]*[.:][\w.:-]*|localhost)\/)?([a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::(\w[\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/;

/**
 * The image to run, from the stack's `imageRegistry` if there is one.
 * @throws when the name is invalid or has no version (no tag and no digest, or the tag `latest`)
 */
export function imageName(scope: IConstruct, image: string): string {
  const { repository, tag, digest } = parse(scope, image);
  const registry = stackSettings(scope).imageRegistry.replace(/\/+$/, '');
  if (registry === '') return image;
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/**
 * Version of an image as a label's value: its tag, shortened to what a label allows; undefined if there is
 * only a digest.
 */
export function imageVersion(scope: IConstruct, image: string): string | undefined {
  return parse(scope, image)
    .tag?.slice(0, 63)
    .replace(/[^A-Za-z0-9]+$/, '');
}

function parse(scope: IConstruct, image: string): ImageName {
  const [, repository, tag, digest] = NAME.exec(image) ?? [];
  if (repository === undefined || tag === 'latest' || (tag === undefined && digest === undefined)) {
    invalid(scope, {
      property: 'image',
      got: image,
      allowed: 'an image name with a version, `repository:tag` or `repository@sha256:…`, not `latest`',
      fix: 'Name the version, so that a manifest always runs the same program.',
    });
  }
  return { repository, tag, digest };
}
