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
  type IKafka,
} from '../constructs/index';
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

export interface LaptopStackProps {
  readonly kafka: IKafka;
  readonly storageClass: string | undefined;
}

/** All services beside Kafka, one of each, and the sample bottles published. */
export class LaptopStack extends Construct {
  constructor(scope: Construct, id: string, { kafka, storageClass }: LaptopStackProps) {
    super(scope, id);
    const registry = new SchemaRegistry(this, 'registry', { kafka, nodePort: NODE_PORTS.schemaRegistry });
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
    });
    new StrainProducer(this, 'producer', { topic, registry, schemas });
  }
}
