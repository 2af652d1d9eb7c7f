import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { PORTS } from '../contract';
import { CONFLUENT_UID, confluentFolders, WAIT_SECONDS } from './common/confluent';
import { existingHttpService, type HttpProgram } from './common/http-service';
import { IMAGES } from './common/images';
import { JvmHttpService, type JvmHttpServiceProps } from './common/jvm-http-service';
import { NAMES } from './common/names';
import { podField, type Environment } from './common/environment';
import { heapOptions } from './common/resources';
import type { Endpoint } from './common/workload';
import { serversWithProtocol, type IKafka } from './kafka/link';
import type { ISchemaRegistry } from './schema-registry/link';

/** A Kafka REST proxy (Confluent's v2 API), as its clients see it. */
export interface IKafkaRest {
  /** Base address of the API, without a slash at the end. */
  readonly url: string;
  /** What a client's `Workload` connects to. */
  readonly endpoint: Endpoint;
}

/** Props of `KafkaRest`. */
export interface KafkaRestProps extends JvmHttpServiceProps {
  /** Cluster that the proxy gives access to. */
  readonly kafka: IKafka;
  /**
   * Registry for records in Avro.
   * @default - none; records are read as bytes or JSON
   */
  readonly registry?: ISchemaRegistry;
}

const PROGRAM: HttpProgram = {
  name: NAMES.kafkaRest,
  image: IMAGES.kafkaRest,
  resources: {
    cpuRequest: Cpu.millis(50),
    cpuLimit: Cpu.units(1),
    memoryRequest: Size.mebibytes(112),
    memoryLimit: Size.mebibytes(448),
  },
  app: 'kafka-rest',
  component: 'rest-proxy',
  container: 'kafka-rest',
  port: PORTS.kafkaRest,
  containerPort: PORTS.kafkaRest,
  readyPath: '/',
  startsWithin: Duration.minutes(5),
  gracePeriod: Duration.seconds(30),
  uid: CONFLUENT_UID,
};

/**
 * Confluent's REST proxy: topics and records over HTTP, at `kafka-rest:8082`. Its default image is
 * `confluentinc/cp-kafka-rest:7.9.5`, with 50m to 1 CPU and 112Mi to 448Mi of memory.
 */
export class KafkaRest extends JvmHttpService implements IKafkaRest {
  /** A proxy that the stack does not make. */
  static fromUrl(url: string): IKafkaRest {
    return existingHttpService('KafkaRest.fromUrl', 'Kafka REST proxy', url);
  }

  constructor(scope: Construct, id: string, props: KafkaRestProps) {
    super(scope, id, props, PROGRAM);
    const { initContainer, scratch } = confluentFolders('kafka-rest', this.image, this.resources);
    this.serve({ env: this.environment(props), scratch, initContainers: [initContainer] });
    this.workload.connectTo(props.kafka.endpoint);
    if (props.registry !== undefined) this.workload.connectTo(props.registry.endpoint);
  }

  private environment({ kafka, registry }: KafkaRestProps): Environment {
    return {
      KAFKA_REST_HOST_NAME: podField('status.podIP'),
      KAFKA_REST_LISTENERS: `http://0.0.0.0:${PORTS.kafkaRest}`,
      KAFKA_REST_BOOTSTRAP_SERVERS: serversWithProtocol(kafka),
      ...(registry === undefined ? {} : { KAFKA_REST_SCHEMA_REGISTRY_URL: registry.url }),
      ...(kafka.protocol === 'PLAINTEXT' ? {} : { KAFKA_REST_CLIENT_SECURITY_PROTOCOL: kafka.protocol }),
      KAFKAREST_HEAP_OPTS: heapOptions(this.heap),
      KAFKA_REST_CUB_KAFKA_TIMEOUT: WAIT_SECONDS,
    };
  }
}
