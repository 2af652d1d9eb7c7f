import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import {
  FlinkSessionCluster,
  Kafka,
  KafkaUi,
  SchemaRegistry,
  Storage,
  StrainIngest,
  StrainProducer,
  type AvroSchemas,
  type KafkaListener,
  type RowLinks,
  type StackSettings,
  type StrainIngestProps,
} from '../constructs/index';
import { objectStorage } from './object-storage';
import { Profile, type ProfileProps } from './profile';
import { NamespaceQuota, type NamespaceQuotaProps } from './quota';
import { strainPrompt, strainSchemas, strainTables, strainTopic } from './strain';

export interface ProdChartProps
  extends ProfileProps, Pick<StackSettings, 'dns' | 'apiServer' | 'metricsFrom' | 'outside' | 'ingressFrom'> {
  /**
   * Volume of each broker.
   * @default Size.gibibytes(100)
   */
  readonly brokerStorage?: Size;
  /**
   * Listeners of the brokers.
   * @default - INTERNAL for pods on 9092
   */
  readonly listeners?: readonly KafkaListener[];
  /**
   * Publishes archives as they appear in its `sources`.
   * @default - nothing is watched
   */
  readonly ingest?: Omit<StrainIngestProps, keyof RowLinks>;
  /**
   * Quota of the namespace.
   * @default - enough for the pods of the chart, a rolling update and a producer
   */
  readonly quota?: NamespaceQuotaProps;
}

/** Brokers, and replicas of each topic. */
export const BROKERS = 3;
const PARTITIONS = 12;

const QUOTA: NamespaceQuotaProps = {
  cpuRequests: 16,
  cpuLimits: 48,
  memoryRequests: Size.gibibytes(40),
  memoryLimits: Size.gibibytes(56),
  storage: Size.gibibytes(1000),
  pods: 40,
};

/**
 * The stack for production: three brokers and three controllers, two registries, two JobManagers (one leader,
 * one standby) and TaskManagers with RocksDB, spread over nodes and zones. It has disruption budgets, a quota
 * and retained volumes, and allows only the traffic of its links.
 */
export class ProdChart extends Profile {
  readonly kafka: Kafka;
  readonly registry: SchemaRegistry;
  readonly schemas: AvroSchemas;
  readonly flink: FlinkSessionCluster;

  constructor(scope: Construct, id: string, props: ProdChartProps = {}) {
    const {
      namespace = 'kafka-flink',
      imageRegistry,
      storageClass,
      networkPolicies,
      dns,
      apiServer,
      metricsFrom,
      outside,
      ingressFrom,
    } = props;
    const own = Object.fromEntries(
      Object.entries({ dns, apiServer, metricsFrom, outside, ingressFrom }).filter(
        ([, peers]) => peers !== undefined,
      ),
    );
    super(scope, id, namespace, { imageRegistry, networkPolicies, multiNode: true, ...own });
    new NamespaceQuota(this, 'quota', props.quota ?? QUOTA);

    this.kafka = this.makeKafka(props);
    const registry = new SchemaRegistry(this, 'registry', { kafka: this.kafka, replicas: 2 });
    this.registry = registry;
    new KafkaUi(this, 'ui', { kafka: this.kafka, registry, readOnly: true });
    const schemas = strainSchemas(this);
    this.schemas = schemas;
    const topic = strainTopic(this, this.kafka, PARTITIONS, BROKERS);
    this.flink = new FlinkSessionCluster(this, 'flink', {
      tables: strainTables(this, { topic, registry, schemas }),
      sqlClient: { init: strainPrompt() },
      highAvailability: true,
      storage: props.flinkStorage ?? objectStorage({}),
      checkpointInterval: Duration.minutes(1),
      stateBackend: 'rocksdb',
      jobManager: {
        replicas: 2,
        memory: { process: Size.mebibytes(1600) },
        resources: { memoryRequest: Size.mebibytes(1200) },
      },
      taskManager: {
        replicas: 2,
        taskSlots: 4,
        memory: { process: Size.gibibytes(4) },
        resources: { memoryRequest: Size.gibibytes(3) },
        localStorage: { size: Size.gibibytes(20), storageClass },
      },
    });
    const links = { topic, registry, schemas };
    if (props.bottles !== undefined) {
      new StrainProducer(this, 'producer', { ...links, source: props.bottles });
    }
    if (props.ingest !== undefined) new StrainIngest(this, 'ingest', { ...links, ...props.ingest });
  }

  private makeKafka({ brokerStorage = Size.gibibytes(100), storageClass, listeners }: ProdChartProps): Kafka {
    return new Kafka(this, 'kafka', {
      brokers: BROKERS,
      partitions: PARTITIONS,
      listeners,
      controllers: { count: 3, storage: Storage.claim(Size.gibibytes(10), { storageClass }) },
      storage: Storage.claim(brokerStorage, { storageClass }),
      resources: {
        cpuRequest: Cpu.units(1),
        cpuLimit: Cpu.units(4),
        memoryRequest: Size.gibibytes(4),
        memoryLimit: Size.gibibytes(4),
      },
      heap: Size.gibibytes(2),
    });
  }
}
