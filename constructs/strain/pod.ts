/** What the pods of `strain-producer` share, whether they publish what is there or what appears. */
import { type Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { PRODUCER_ENV, SCHEMA_FILES } from '../../contract';
import type { k8s } from '../../imports';
import type { AvroSchemas } from '../avro-schemas';
import type { ContainerOptions } from '../common/container';
import { podField, type Environment } from '../common/environment';
import { invalid } from '../common/invalid';
import type { Resources } from '../common/resources';
import type { Workload } from '../common/workload';
import type { ITopic } from '../kafka/topic';
import type { ISchemaRegistry } from '../schema-registry/link';

/** What rows are published to, and how they are written. */
export interface RowLinks {
  /** Topic of the rows, with its Kafka cluster. */
  readonly topic: ITopic;
  /** Registry of the schemas. */
  readonly registry: ISchemaRegistry;
  /** Schema files of the rows. */
  readonly schemas: AvroSchemas;
}

/** User of the image. */
export const PRODUCER_UID = 1000;

/** CPU and memory of a pod that publishes a station at a time. */
export const PRODUCER_RESOURCES: Required<Resources> = {
  cpuRequest: Cpu.millis(100),
  cpuLimit: Cpu.units(1),
  memoryRequest: Size.mebibytes(48),
  memoryLimit: Size.mebibytes(384),
};

/** Variable with the number of the pod, from 0. */
const WORKER_INDEX = 'WORKER_INDEX';

/** Where containers mount claims and images with bottles. */
export const BOTTLES_PATH = '/bottles';

/** How a container of the program differs from others. */
export interface ProducerContainerOptions {
  readonly command: 'produce' | 'watch';
  readonly links: RowLinks;
  readonly image: string;
  readonly resources: Required<Resources>;
  /** How long to wait for Kafka and the registry. */
  readonly waitsFor: Duration;
  /** Number of pods, which divide the stations. */
  readonly workers: number;
  /** Field of the pod that has its number, from 0. Only read where there are several. */
  readonly indexField: string;
  /** Further options and arguments of the command. */
  readonly args: readonly string[];
  /** @default - none */
  readonly env?: Environment;
  /** Mounts other than that of the schemas. */
  readonly mounts: readonly k8s.VolumeMount[];
}

/** The container that runs the program. */
export function producerContainer({
  links: { topic, registry, schemas },
  ...options
}: ProducerContainerOptions): ContainerOptions {
  const { command, image, resources, waitsFor, workers, indexField, args, env, mounts } = options;
  const several = workers > 1;
  return {
    name: 'producer',
    image,
    args: [
      command,
      '--topic',
      topic.name,
      '--wait',
      String(waitsFor.toSeconds()),
      ...(several ? ['--share', `$(${WORKER_INDEX})/${workers}`] : []),
      ...args,
    ],
    env: {
      [PRODUCER_ENV.bootstrapServers]: topic.kafka.bootstrapServers,
      [PRODUCER_ENV.schemaRegistryUrl]: registry.url,
      [PRODUCER_ENV.avroSchemasRoot]: schemas.mountPath,
      ...(several ? { [WORKER_INDEX]: podField(indexField) } : {}),
      ...env,
    },
    resources,
    mounts: [schemas.mount(), ...mounts],
  };
}

/** Links the pods to Kafka and the registry. */
export function connectProducer(workload: Workload, { topic, registry }: RowLinks): void {
  workload.connectTo(topic.kafka.endpoint);
  workload.connectTo(registry.endpoint);
}

/** Throws unless the files have the schemas that the rows are written with. */
export function checkRowSchemas(scope: Construct, { files }: AvroSchemas): void {
  const wanted = Object.values(SCHEMA_FILES);
  if (wanted.every((file) => file in files)) return;
  invalid(scope, {
    property: 'schemas',
    got: Object.keys(files),
    allowed: `schemas with ${wanted.join(' and ')}, which the rows are written with`,
    fix: 'Add these files to the AvroSchemas.',
  });
}

/** Throws unless all paths are relative and stay below the root of the volume. */
export function checkVolumePaths(
  scope: Construct,
  property: string,
  volume: 'claim' | 'image',
  paths: readonly string[],
): void {
  const wrong = paths.find((path) => path === '' || path.startsWith('/') || path.split('/').includes('..'));
  if (wrong === undefined) return;
  invalid(scope, {
    property,
    got: wrong,
    allowed: `paths in the ${volume}, without a leading / and without .. in them`,
    fix: 'Use a path relative to its root, for example 2021/B009.',
  });
}
