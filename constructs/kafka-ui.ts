import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { PORTS } from '../contract';
import type { HttpProgram } from './common/http-service';
import { IMAGES } from './common/images';
import { JvmHttpService, type JvmHttpServiceProps } from './common/jvm-http-service';
import { NAMES } from './common/names';
import type { Environment } from './common/environment';
import { heapOptions } from './common/resources';
import type { IKafka } from './kafka/link';
import type { ISchemaRegistry } from './schema-registry/link';

/** Props of `KafkaUi`. */
export interface KafkaUiProps extends JvmHttpServiceProps {
  /** Cluster that the page shows. */
  readonly kafka: IKafka;
  /**
   * Registry for records in Avro.
   * @default - none
   */
  readonly registry?: ISchemaRegistry;
  /**
   * Name of the cluster on the page.
   * @default 'kafka'
   */
  readonly clusterName?: string;
  /**
   * Removes everything that changes topics, records and schemas.
   * @default false
   */
  readonly readOnly?: boolean;
}

const PROGRAM: HttpProgram = {
  name: NAMES.kafkaUi,
  image: IMAGES.kafkaUi,
  resources: {
    cpuRequest: Cpu.millis(50),
    cpuLimit: Cpu.units(1),
    memoryRequest: Size.mebibytes(320),
    memoryLimit: Size.mebibytes(640),
  },
  app: 'kafka-ui',
  component: 'ui',
  container: 'ui',
  port: PORTS.kafkaUi,
  containerPort: PORTS.kafkaUi,
  readyPath: '/actuator/health',
  startsWithin: Duration.minutes(5),
  gracePeriod: Duration.seconds(30),
  // Numbers of the user `kafkaui`: the image sets it by name, and Kubernetes needs a number to check for
  // root.
  uid: 100,
  gid: 101,
};

/**
 * kafbat's page of topics, records, groups and schemas, at `kafka-ui:8080`. Its default image is
 * `ghcr.io/kafbat/kafka-ui:v1.3.0`, with 50m to 1 CPU and 320Mi to 640Mi of memory.
 */
export class KafkaUi extends JvmHttpService {
  /** Name of the cluster on the page. */
  readonly clusterName: string;
  /** Whether users can only read topics, records and schemas. */
  readonly readOnly: boolean;

  constructor(scope: Construct, id: string, props: KafkaUiProps) {
    super(scope, id, props, PROGRAM);
    this.clusterName = props.clusterName ?? 'kafka';
    this.readOnly = props.readOnly ?? false;
    this.serve({ env: this.environment(props), scratch: { tmp: '/tmp' } });
    this.workload.connectTo(props.kafka.endpoint);
    if (props.registry !== undefined) this.workload.connectTo(props.registry.endpoint);
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
