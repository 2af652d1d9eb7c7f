import { Size } from 'cdk8s';
import { Construct } from 'constructs';
import {
  Access,
  FlinkSessionCluster,
  FlinkStorage,
  KafkaRest,
  LandoopSchemaUi,
  LandoopTopicsUi,
  SchemaRegistry,
  StrainProducer,
  type AvroSchemas,
  type CompatibilityLevel,
  type IKafka,
  type KafkaListener,
  type TaskManagerMemory,
} from '../constructs/index';
import { PORTS } from '../contract';
import type { ProfileProps } from './profile';
import { strainPrompt, strainSchemas, strainTables, strainTopic } from './strain';

/**
 * Node ports that kind maps to the addresses of the original demo on localhost. Kafka's node ports are set by
 * its listeners.
 */
export const NODE_PORTS = {
  schemaRegistry: 30081,
  flinkUi: 30083,
  topicsUi: 30093,
  schemaUi: 30094,
} as const;

/**
 * Ways into the brokers of the original demo: 9092 for pods, localhost:19092 for the machine that the cluster
 * runs on.
 */
export const LAPTOP_LISTENERS: readonly KafkaListener[] = [
  { name: 'INTERNAL', port: PORTS.kafka, reach: 'pods' },
  { name: 'HOST', port: PORTS.kafkaHost, reach: 'host' },
];

/** Partitions of the topic. Brokers use the same number when a producer creates the topic first. */
export const LAPTOP_PARTITIONS = 4;

/**
 * Memory that the TaskManager uses with queries and a small job, measured on a cluster. It may grow to the
 * full size of its process.
 */
const TASK_MANAGER_REQUEST = Size.mebibytes(480);

/** What can be set on the profiles for a laptop. */
export interface LaptopProps extends ProfileProps {
  /**
   * Compatibility that a new version of a schema must keep.
   * @default - the registry's own, BACKWARD
   */
  readonly compatibility?: CompatibilityLevel;
  /**
   * Task slots of the TaskManager. Jobs need as many as the sum of their parallelism.
   * @default - as many as the profile needs
   */
  readonly taskSlots?: number;
}

export interface LaptopStackProps extends Pick<
  LaptopProps,
  'storageClass' | 'flinkStorage' | 'compatibility' | 'taskSlots' | 'bottles'
> {
  readonly kafka: IKafka;
  /**
   * Memory of the TaskManager.
   * @default - 1 GiB, the default of the TaskManager
   */
  readonly taskManagerMemory?: TaskManagerMemory;
}

/** All services other than Kafka, one replica of each, and the producer that publishes the sample bottles. */
export class LaptopStack extends Construct {
  readonly registry: SchemaRegistry;
  readonly schemas: AvroSchemas;
  readonly flink: FlinkSessionCluster;

  constructor(scope: Construct, id: string, props: LaptopStackProps) {
    super(scope, id);
    const { kafka, storageClass, flinkStorage, compatibility, taskSlots, taskManagerMemory, bottles } = props;
    const registry = new SchemaRegistry(this, 'registry', {
      kafka,
      compatibility,
      access: Access.nodePort(NODE_PORTS.schemaRegistry),
    });
    this.registry = registry;
    const rest = new KafkaRest(this, 'rest', { kafka, registry });
    new LandoopTopicsUi(this, 'topics-ui', { rest, access: Access.nodePort(NODE_PORTS.topicsUi) });
    new LandoopSchemaUi(this, 'schema-ui', { registry, access: Access.nodePort(NODE_PORTS.schemaUi) });

    const schemas = strainSchemas(this);
    this.schemas = schemas;
    const topic = strainTopic(this, kafka, LAPTOP_PARTITIONS, 1);
    this.flink = new FlinkSessionCluster(this, 'flink', {
      tables: strainTables(this, { topic, registry, schemas }),
      sqlClient: { init: strainPrompt() },
      // With this, a single JobManager recovers its jobs after a restart.
      highAvailability: true,
      storage: flinkStorage ?? FlinkStorage.claim(Size.gibibytes(2), { storageClass }),
      jobManager: { access: Access.nodePort(NODE_PORTS.flinkUi) },
      taskManager: {
        taskSlots,
        memory: taskManagerMemory,
        resources: { memoryRequest: TASK_MANAGER_REQUEST },
      },
    });
    new StrainProducer(this, 'producer', { topic, registry, schemas, source: bottles });
  }
}
