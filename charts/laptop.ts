import { Size } from 'cdk8s';
import { Construct } from 'constructs';
import {
  FlinkSessionCluster,
  FlinkStorage,
  KafkaRest,
  LandoopSchemaUi,
  LandoopTopicsUi,
  SchemaRegistry,
  StrainProducer,
  type CompatibilityLevel,
  type IKafka,
} from '../constructs/index';
import type { ProfileProps } from './profile';
import { strainSchemas, strainTables, strainTopic } from './strain';

/** Ports of the node, which kind maps to the original's addresses on localhost. Kafka's are its listeners' own. */
export const NODE_PORTS = {
  schemaRegistry: 30081,
  flinkUi: 30083,
  topicsUi: 30093,
  schemaUi: 30094,
} as const;

/** Partitions of the topic; brokers give them to it as well when a producer makes it first. */
export const LAPTOP_PARTITIONS = 4;

/** What can be set on the profiles for a laptop. */
export interface LaptopProps extends ProfileProps {
  /**
   * What a new version of a schema has to keep to.
   * @default - the registry's own, BACKWARD
   */
  readonly compatibility?: CompatibilityLevel;
  /**
   * Slots of the TaskManager: jobs that run at a time need as many as their parallelism.
   * @default - the TaskManager's own, 2
   */
  readonly slots?: number;
}

export interface LaptopStackProps extends Pick<
  LaptopProps,
  'storageClass' | 'compatibility' | 'slots' | 'bottles'
> {
  readonly kafka: IKafka;
}

/** All services beside Kafka, one of each, and the sample bottles published. */
export class LaptopStack extends Construct {
  constructor(scope: Construct, id: string, props: LaptopStackProps) {
    super(scope, id);
    const { kafka, storageClass, compatibility, slots, bottles } = props;
    const registry = new SchemaRegistry(this, 'registry', {
      kafka,
      compatibility,
      nodePort: NODE_PORTS.schemaRegistry,
    });
    const rest = new KafkaRest(this, 'rest', { kafka, registry });
    new LandoopTopicsUi(this, 'topics-ui', { rest, nodePort: NODE_PORTS.topicsUi });
    new LandoopSchemaUi(this, 'schema-ui', { registry, nodePort: NODE_PORTS.schemaUi });

    const schemas = strainSchemas(this);
    const topic = strainTopic(this, kafka, LAPTOP_PARTITIONS, 1);
    new FlinkSessionCluster(this, 'flink', {
      tables: strainTables(this, { topic, registry, schemas }),
      // A single JobManager that is restarted finds its jobs again.
      highAvailability: true,
      storage: FlinkStorage.claim(Size.gibibytes(2), { storageClass }),
      jobManager: { nodePort: NODE_PORTS.flinkUi },
      taskManager: { slots },
    });
    new StrainProducer(this, 'producer', { topic, registry, schemas, source: bottles });
  }
}
