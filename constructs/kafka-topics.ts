import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { k8s } from '../imports';
import type { Environment } from './common/environment';
import { IMAGES } from './common/images';
import { didYouMean, invalid, requireInteger } from './common/invalid';
import { HashedJob } from './common/job';
import { NAMES } from './common/names';
import type { PodOptions } from './common/pod-options';
import { resolveResources, type Resources } from './common/resources';
import { Workload } from './common/workload';
import { isSameCluster, type IKafka } from './kafka/link';
import { resolveTopics, type ITopic, type ResolvedTopic, type TopicDeclaration } from './kafka/topic';
import { EXIT_REFUSED, TOPICS_ENV, topicsScript, topicsTable } from './kafka/topics-script';

/** Props of `KafkaTopics`. */
export interface KafkaTopicsProps {
  /** Cluster that is to have the topics. */
  readonly kafka: IKafka;
  /** The topics, at least one. Topics that are not listed are not changed. */
  readonly topics: readonly TopicDeclaration[];
  /**
   * Name of the Job, before the hash of its content.
   * @default 'kafka-topics'
   */
  readonly name?: string;
  /**
   * Image with Kafka's tools.
   * @default 'apache/kafka:4.3.1'
   */
  readonly image?: string;
  /**
   * How long to wait for the brokers.
   * @default - 5 minutes
   */
  readonly waitsFor?: Duration;
  /**
   * How often the Job is retried after a failure. A declaration that Kafka rejects is never retried.
   * @default 4
   */
  readonly retries?: number;
  /**
   * How long the finished Job and its log are kept. As long as the Job is there, applying the same
   * declarations again does nothing, also after other declarations were applied in between. Later, it checks
   * the topics again.
   * @default Duration.minutes(30)
   */
  readonly ttl?: Duration;
  /**
   * CPU and memory of the Job's container.
   * @default - 50m to 1 CPU, 96Mi to 384Mi of memory
   */
  readonly resources?: Resources;
  /**
   * Secret whose key is a file of client properties, for a Kafka that is not PLAINTEXT.
   * @default - none
   */
  readonly clientProperties?: {
    /** Name of the Secret, which the stack does not make. */
    readonly secretName: string;
    /** Its key with the file's text. */
    readonly key: string;
  };
  /**
   * Where the pods run, and their labels, service account, variables, volumes and other containers.
   * @default - see `PodOptions`
   */
  readonly pod?: PodOptions;
}

/** User of the image. */
const UID = 1000;

/** Where the script and the declarations are mounted. */
const SCRIPT_FOLDER = '/mnt/kafka';
const SCRIPT_FILE = 'topics.sh';
const TOPICS_FILE = 'topics.tsv';
const SCRIPT_VOLUME = 'script';

/** Where the client's properties are mounted. */
const CLIENT_FOLDER = '/mnt/client';
const CLIENT_VOLUME = 'client-properties';

/**
 * A Job that creates topics, or alters those that exist, to what is declared. It does no harm when it runs
 * again. Its name ends in a hash of its content, so that it runs again when the declarations change.
 */
export class KafkaTopics extends Construct {
  /** Cluster that has the topics. */
  readonly kafka: IKafka;
  /** The declarations, checked. */
  readonly topics: readonly ResolvedTopic[];
  /** Image with Kafka's tools. */
  readonly image: string;
  /** How long to wait for the brokers. */
  readonly waitsFor: Duration;
  /** How often the Job is retried. */
  readonly retries: number;
  /** How long the finished Job and its log are kept. */
  readonly ttl: Duration;
  /** CPU and memory of the Job's container. */
  readonly resources: Required<Resources>;
  /** The Job's pods: labels, selector and links. */
  readonly workload: Workload;
  private readonly job: HashedJob;

  constructor(scope: Construct, id: string, props: KafkaTopicsProps) {
    super(scope, id);
    this.kafka = props.kafka;
    this.topics = resolveTopics(this, props.topics, props.kafka.brokers);
    this.checkDeclaredOnce();
    this.image = props.image ?? IMAGES.kafka;
    this.waitsFor = props.waitsFor ?? Duration.minutes(5);
    this.retries = props.retries ?? 4;
    requireInteger(this, 'retries', this.retries, { min: 0 });
    this.ttl = props.ttl ?? Duration.minutes(30);
    this.resources = resolveResources(this, props.resources, {
      cpuRequest: Cpu.millis(50),
      cpuLimit: Cpu.units(1),
      memoryRequest: Size.mebibytes(96),
      memoryLimit: Size.mebibytes(384),
    });
    checkClientProperties(this, props);
    this.workload = new Workload(this, 'workload', {
      name: props.name ?? NAMES.kafkaTopics,
      app: 'kafka',
      component: 'topics',
      image: this.image,
    });
    this.workload.connectTo(props.kafka.endpoint);
    this.job = this.makeJob(props);
  }

  /** Name of the Job, with its hash. */
  get jobName(): string {
    return this.job.jobName;
  }

  /** A topic that is declared here, for the constructs that read or write it. */
  topic(name: string): ITopic {
    const names = this.topics.map((topic) => topic.name);
    if (!names.includes(name)) {
      invalid(this, {
        property: 'topic',
        got: name,
        allowed: `a topic that is declared here: ${names.join(', ')}`,
        fix: `Name one of these, or declare it.${didYouMean(name, names)}`,
      });
    }
    return { name, kafka: this.kafka };
  }

  /** Two Jobs would set different settings of a topic, each at its own time. */
  private checkDeclaredOnce(): void {
    const others = this.node.root.node
      .findAll()
      .filter((other): other is KafkaTopics => other instanceof KafkaTopics && other !== this)
      .filter(({ kafka }) => isSameCluster(kafka, this.kafka));
    this.topics.forEach(({ name }, i) => {
      const twin = others.find(({ topics }) => topics.some((topic) => topic.name === name));
      if (twin === undefined) return;
      invalid(this, {
        property: `topics[${i}].name`,
        got: name,
        allowed: `a topic that no other KafkaTopics declares; ${twin.node.path} has this one`,
        fix: 'Declare it once, with all of its settings.',
      });
    });
  }

  private makeJob({ clientProperties, pod }: KafkaTopicsProps): HashedJob {
    const { minInSyncReplicas } = this.kafka;
    const own: Environment = {
      [TOPICS_ENV.bootstrapServers]: this.kafka.bootstrapServers,
      [TOPICS_ENV.wait]: String(this.waitsFor.toSeconds()),
      [TOPICS_ENV.topicsFile]: `${SCRIPT_FOLDER}/${TOPICS_FILE}`,
      ...(minInSyncReplicas === undefined
        ? {}
        : { [TOPICS_ENV.minInSyncReplicas]: String(minInSyncReplicas) }),
      ...(clientProperties === undefined
        ? {}
        : { [TOPICS_ENV.clientProperties]: `${CLIENT_FOLDER}/${clientProperties.key}` }),
      KAFKA_HEAP_OPTS: '-Xmx128m',
    };
    const files = { [SCRIPT_FILE]: topicsScript(), [TOPICS_FILE]: topicsTable(this.topics) };
    new k8s.KubeConfigMap(this, 'script', {
      metadata: this.workload.metadata(),
      data: files,
    });
    const client = clientProperties && clientVolume(clientProperties.secretName);
    const description = {
      pod,
      uid: UID,
      gracePeriod: Duration.seconds(30),
      volumes: [
        { name: SCRIPT_VOLUME, configMap: { name: this.workload.name } },
        ...(client === undefined ? [] : [client]),
      ],
      containers: [
        {
          name: CONTAINER,
          image: this.image,
          command: ['bash', `${SCRIPT_FOLDER}/${SCRIPT_FILE}`],
          env: own,
          resources: this.resources,
          mounts: [
            { name: SCRIPT_VOLUME, mountPath: SCRIPT_FOLDER, readOnly: true },
            ...(client === undefined
              ? []
              : [{ name: CLIENT_VOLUME, mountPath: CLIENT_FOLDER, readOnly: true }]),
          ],
          scratch: { tmp: '/tmp', logs: '/opt/kafka/logs' },
        },
      ],
    };
    const spec = { podFailurePolicy: FAILURE_POLICY };
    const { retries, ttl } = this;
    return new HashedJob(this, 'job', this.workload, { pod: description, retries, ttl, spec });
  }
}

const CONTAINER = 'topics';

/** A declaration that Kafka rejects fails at once; a drained node does not count as a failure. */
const FAILURE_POLICY: k8s.PodFailurePolicy = {
  rules: [
    {
      action: 'FailJob',
      onExitCodes: { containerName: CONTAINER, operator: 'In', values: [EXIT_REFUSED] },
      onPodConditions: [],
    },
    { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
  ],
};

function clientVolume(secretName: string): k8s.Volume {
  return { name: CLIENT_VOLUME, secret: { secretName, defaultMode: 0o440 } };
}

function checkClientProperties(scope: Construct, { kafka, clientProperties }: KafkaTopicsProps): void {
  if (kafka.protocol === 'PLAINTEXT' || clientProperties !== undefined) return;
  invalid(scope, {
    property: 'clientProperties',
    got: undefined,
    allowed: `a Secret's key with the properties that ${kafka.protocol} needs`,
    fix: "Set clientProperties: { secretName: '…', key: 'client.properties' } with security.protocol and what belongs to it.",
  });
}
