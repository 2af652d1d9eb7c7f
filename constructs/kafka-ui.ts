import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { PORTS } from '../contract';
import { mergeEnvironment } from './common/environment';
import { HttpService } from './common/http-service';
import { IMAGES } from './common/images';
import { replicaCount } from './common/invalid';
import { NAMES } from './common/names';
import type { Environment } from './common/pod';
import { heapOptions, resolveHeap, resolveResources, type Resources } from './common/resources';
import type { PodEndpoint, Workload } from './common/workload';
import type { IKafka } from './kafka/link';
import type { ISchemaRegistry } from './schema-registry/link';

/** Numbers of the image's user `kafkaui`, which it sets by name only. */
const UID = 100;
const GID = 101;

/** What a user sets on `KafkaUi`. */
export interface KafkaUiProps {
  /** The cluster that the page shows. */
  readonly kafka: IKafka;
  /**
   * Registry for records in Avro.
   * @default - none
   */
  readonly registry?: ISchemaRegistry;
  /**
   * Name of the Deployment and of its Service.
   * @default 'kafka-ui'
   */
  readonly name?: string;
  /**
   * What the page calls the cluster.
   * @default 'kafka'
   */
  readonly clusterName?: string;
  /**
   * Takes away what would change topics, records and schemas.
   * @default false
   */
  readonly readOnly?: boolean;
  /**
   * Image of the page.
   * @default 'ghcr.io/kafbat/kafka-ui:v1.3.0'
   */
  readonly image?: string;
  /**
   * Number of pods.
   * @default 1
   */
  readonly replicas?: number;
  /**
   * CPU and memory of each pod.
   * @default - 50m to 1 CPU, 320Mi to 640Mi of memory
   */
  readonly resources?: Resources;
  /**
   * Heap of the page's JVM.
   * @default - half of the memory limit
   */
  readonly heap?: Size;
  /**
   * Port of every node, 30000 to 32767, at which the page answers.
   * @default - in the cluster only
   */
  readonly nodePort?: number;
  /**
   * Environment variables beside the ones that are made from the props, for example `AUTH_TYPE`, or of a Secret's keys.
   * @default - none
   */
  readonly env?: Environment;
}

/** kafbat's page of topics, records, groups and schemas: `kafka-ui:8080`. */
export class KafkaUi extends Construct {
  /** Address of the page in the cluster. */
  readonly url: string;
  /** What a client's `Workload` connects to. */
  readonly endpoint: PodEndpoint;
  /** The page's pods: labels, selector and links. */
  readonly workload: Workload;
  /** What the page calls the cluster. */
  readonly clusterName: string;
  /** Whether what would change topics, records and schemas is taken away. */
  readonly readOnly: boolean;
  /** Image of the page. */
  readonly image: string;
  /** Number of pods. */
  readonly replicas: number;
  /** CPU and memory of each pod. */
  readonly resources: Required<Resources>;
  /** Heap of the page's JVM. */
  readonly heap: Size;

  constructor(scope: Construct, id: string, props: KafkaUiProps) {
    super(scope, id);
    const { kafka, registry } = props;
    this.clusterName = props.clusterName ?? 'kafka';
    this.readOnly = props.readOnly ?? false;
    this.image = props.image ?? IMAGES.kafkaUi;
    this.replicas = replicaCount(this, props.replicas);
    this.resources = resolveResources(this, props.resources, {
      cpuRequest: Cpu.millis(50),
      cpuLimit: Cpu.units(1),
      memoryRequest: Size.mebibytes(320),
      memoryLimit: Size.mebibytes(640),
    });
    this.heap = resolveHeap(this, props.heap, this.resources.memoryLimit);
    const server = new HttpService(this, 'server', {
      name: props.name ?? NAMES.kafkaUi,
      app: 'kafka-ui',
      component: 'ui',
      image: this.image,
      replicas: this.replicas,
      port: PORTS.kafkaUi,
      containerPort: PORTS.kafkaUi,
      readyPath: '/actuator/health',
      startsWithin: Duration.minutes(5),
      nodePort: props.nodePort,
      uid: UID,
      gid: GID,
      gracePeriod: Duration.seconds(30),
      container: {
        name: 'ui',
        env: mergeEnvironment(this, this.environment(props), props.env ?? {}),
        resources: this.resources,
        scratch: { tmp: '/tmp' },
      },
    });
    this.workload = server.workload;
    this.workload.connectTo(kafka.endpoint);
    if (registry !== undefined) this.workload.connectTo(registry.endpoint);
    this.url = server.url;
    this.endpoint = server.endpoint;
  }

  private environment({ kafka, registry }: KafkaUiProps): Environment {
    return {
      KAFKA_CLUSTERS_0_NAME: this.clusterName,
      KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS: kafka.bootstrapServers,
      ...(kafka.protocol === 'PLAINTEXT'
        ? {}
        : { KAFKA_CLUSTERS_0_PROPERTIES_SECURITY_PROTOCOL: kafka.protocol }),
      ...(registry === undefined ? {} : { KAFKA_CLUSTERS_0_SCHEMAREGISTRY: registry.url }),
      KAFKA_CLUSTERS_0_READONLY: String(this.readOnly),
      JAVA_OPTS: heapOptions(this.heap),
    };
  }
}
