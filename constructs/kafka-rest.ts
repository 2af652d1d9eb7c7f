import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { PORTS } from '../contract';
import { CONFLUENT_UID, confluentFolders, WAIT_SECONDS } from './common/confluent';
import { mergeEnvironment } from './common/environment';
import { existingHttpService, HttpService } from './common/http-service';
import { IMAGES } from './common/images';
import { replicaCount } from './common/invalid';
import { NAMES } from './common/names';
import { podField, type Environment } from './common/pod';
import { heapOptions, resolveHeap, resolveResources, type Resources } from './common/resources';
import type { Endpoint, Workload } from './common/workload';
import { serversWithProtocol, type IKafka } from './kafka/link';
import type { ISchemaRegistry } from './schema-registry/link';

/** A Kafka REST proxy (Confluent's v2 API), as its clients see it. */
export interface IKafkaRest {
  /** Base address of the API, without a slash at the end. */
  readonly url: string;
  /** What a client's `Workload` connects to. */
  readonly endpoint: Endpoint;
}

/** What a user sets on `KafkaRest`. */
export interface KafkaRestProps {
  /** Cluster whose topics the proxy offers. */
  readonly kafka: IKafka;
  /**
   * Registry for records in Avro.
   * @default - none; records are read as bytes or JSON
   */
  readonly registry?: ISchemaRegistry;
  /**
   * Name of the Deployment and of its Service.
   * @default 'kafka-rest'
   */
  readonly name?: string;
  /**
   * Image of the proxy.
   * @default 'confluentinc/cp-kafka-rest:7.9.5'
   */
  readonly image?: string;
  /**
   * Number of pods.
   * @default 1
   */
  readonly replicas?: number;
  /**
   * CPU and memory of each pod.
   * @default - 50m to 1 CPU, 112Mi to 448Mi of memory
   */
  readonly resources?: Resources;
  /**
   * Heap of the proxy's JVM.
   * @default - half of the memory limit
   */
  readonly heap?: Size;
  /**
   * Port of every node, 30000 to 32767, at which the proxy answers.
   * @default - in the cluster only
   */
  readonly nodePort?: number;
  /**
   * Environment variables beside the ones that are made from the props, for example of a Secret's keys.
   * @default - none
   */
  readonly env?: Environment;
}

/** Confluent's REST proxy: topics and records over HTTP, on port 8082. */
export class KafkaRest extends Construct implements IKafkaRest {
  /** A proxy that the stack does not make. */
  static fromUrl(url: string): IKafkaRest {
    return existingHttpService('KafkaRest.fromUrl', 'Kafka REST proxy', url);
  }

  /** Base address of the API in the cluster. */
  readonly url: string;
  /** What a client's `Workload` connects to. */
  readonly endpoint: Endpoint;
  /** The proxy's pods: labels, selector and links. */
  readonly workload: Workload;
  /** Image of the proxy. */
  readonly image: string;
  /** Number of pods. */
  readonly replicas: number;
  /** CPU and memory of each pod. */
  readonly resources: Required<Resources>;
  /** Heap of the proxy's JVM. */
  readonly heap: Size;

  constructor(scope: Construct, id: string, props: KafkaRestProps) {
    super(scope, id);
    const { kafka, registry, name = NAMES.kafkaRest, env = {} } = props;
    this.image = props.image ?? IMAGES.kafkaRest;
    this.replicas = replicaCount(this, props.replicas);
    this.resources = resolveResources(this, props.resources, {
      cpuRequest: Cpu.millis(50),
      cpuLimit: Cpu.units(1),
      memoryRequest: Size.mebibytes(112),
      memoryLimit: Size.mebibytes(448),
    });
    this.heap = resolveHeap(this, props.heap, this.resources.memoryLimit);
    const { initContainer, scratch } = confluentFolders('kafka-rest', this.image, this.resources);
    const own: Environment = {
      KAFKA_REST_HOST_NAME: podField('status.podIP'),
      KAFKA_REST_LISTENERS: `http://0.0.0.0:${PORTS.kafkaRest}`,
      KAFKA_REST_BOOTSTRAP_SERVERS: serversWithProtocol(kafka),
      ...(registry === undefined ? {} : { KAFKA_REST_SCHEMA_REGISTRY_URL: registry.url }),
      ...(kafka.protocol === 'PLAINTEXT' ? {} : { KAFKA_REST_CLIENT_SECURITY_PROTOCOL: kafka.protocol }),
      KAFKAREST_HEAP_OPTS: heapOptions(this.heap),
      KAFKA_REST_CUB_KAFKA_TIMEOUT: WAIT_SECONDS,
    };
    const server = new HttpService(this, 'server', {
      name,
      app: 'kafka-rest',
      component: 'rest-proxy',
      image: this.image,
      replicas: this.replicas,
      port: PORTS.kafkaRest,
      containerPort: PORTS.kafkaRest,
      readyPath: '/',
      startsWithin: Duration.minutes(5),
      nodePort: props.nodePort,
      uid: CONFLUENT_UID,
      gracePeriod: Duration.seconds(30),
      initContainers: [initContainer],
      container: {
        name: 'kafka-rest',
        env: mergeEnvironment(this, own, env),
        resources: this.resources,
        scratch,
      },
    });
    this.workload = server.workload;
    this.workload.connectTo(kafka.endpoint);
    if (registry !== undefined) this.workload.connectTo(registry.endpoint);
    this.url = server.url;
    this.endpoint = server.endpoint;
  }
}
