import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { k8s } from '../imports';
import { PORTS } from '../contract';
import { IMAGES } from './common/images';
import { didYouMean, invalid, requireInteger } from './common/invalid';
import { NAMES } from './common/names';
import { livenessProbe, readinessProbe, startupProbe, tcpCheck } from './common/probes';
import { resolveHeap, resolveResources, type Resources } from './common/resources';
import { headlessName, servicePorts, StatefulServer } from './common/stateful-server';
import { Storage } from './common/storage';
import { warn } from './common/warning';
import type { PodEndpoint, Workload } from './common/workload';
import type { KafkaVoter } from './config/kafka';
import type { KafkaProtocol } from './config/kafka-listeners';
import {
  brokerPod,
  brokerProperties,
  checkGracePeriod,
  checkZooKeeper,
  plainListener,
  readyCheck,
  type BrokerSettings,
} from './kafka/broker';
import { resolveClusterId } from './kafka/cluster-id';
import { controllerVoters, KafkaControllers, quorum } from './kafka/controllers';
import { makeOutsideServices } from './kafka/outside-services';
import { existingKafka, type ExistingKafkaOptions, type IKafka } from './kafka/link';
import {
  forPods,
  interBrokerListener,
  listenerPorts,
  portName,
  resolveListeners,
  type ResolvedListener,
} from './kafka/listeners';
import type { KafkaProps } from './kafka/props';
import { DATA_FOLDER } from './kafka/scripts';
import { EVERY_REPLICA } from './kafka/topic';

/** Kafka's brokers: `kafka-broker:9092` for pods, and what else `listeners` says. */
export class Kafka extends Construct implements IKafka {
  /**
   * A cluster that the stack does not make.
   * @param bootstrapServers `host:port`, several separated by commas
   */
  static fromBootstrapServers(bootstrapServers: string, options?: ExistingKafkaOptions): IKafka {
    return existingKafka(bootstrapServers, options);
  }

  /** Name of the StatefulSet and of the Service that clients connect to first. */
  readonly name: string;
  readonly brokers: number;
  /** Image of brokers and controllers. */
  readonly image: string;
  /** Ways into the brokers, completed by their defaults. */
  readonly listeners: readonly ResolvedListener[];
  readonly bootstrapServers: string;
  readonly protocol: KafkaProtocol;
  readonly endpoint: PodEndpoint;
  /** Properties that all brokers share, by name. */
  readonly properties: Readonly<Record<string, string>>;
  /** Replicas of topics that do not say how many. */
  readonly replicationFactor: number;
  /** Replicas that must have a record before it is acknowledged. */
  readonly minInSyncReplicas: number;
  /** Identity of the cluster; undefined with ZooKeeper, where Kafka makes it. */
  readonly clusterId: string | undefined;
  /**
   * Controllers in their own pods; undefined where the brokers are the controllers, and with ZooKeeper.
   */
  readonly controllers: KafkaControllers | undefined;
  /** CPU and memory of each broker. */
  readonly resources: Required<Resources>;
  /** Heap of each broker's JVM. */
  readonly heap: Size;
  /** Volume of each broker's records. */
  readonly storage: Storage;
  /** Time that a broker has to hand over its partitions when it is stopped. */
  readonly gracePeriod: Duration;
  /** The brokers' pods: labels, selector and links. */
  readonly workload: Workload;

  constructor(scope: Construct, id: string, props: KafkaProps = {}) {
    super(scope, id);
    checkZooKeeper(this, props);
    const kraft = props.zooKeeper === undefined;
    this.name = props.name ?? NAMES.kafka;
    this.brokers = props.brokers ?? 1;
    requireInteger(this, 'brokers', this.brokers, { min: 1, max: 1000 });
    this.image = props.image ?? (kraft ? IMAGES.kafka : IMAGES.confluentKafka);
    checkImage(this, this.image, kraft);
    this.listeners = resolveListeners(this, props.listeners, this.brokers);
    this.storage = props.storage ?? Storage.claim(Size.gibibytes(8));
    this.gracePeriod = props.gracePeriod ?? Duration.seconds(90);
    checkGracePeriod(this, this.gracePeriod);
    this.resources = resolveResources(this, props.resources, {
      cpuRequest: Cpu.millis(100),
      cpuLimit: Cpu.units(2),
      memoryRequest: Size.mebibytes(176),
      memoryLimit: Size.mebibytes(640),
    });
    this.heap = resolveHeap(this, props.heap, this.resources.memoryLimit);
    this.clusterId = kraft ? resolveClusterId(this, props.clusterId, this.name) : undefined;
    const voters = kraft ? controllerVoters(this, props.controllers, this.brokers) : [];
    const combined = kraft && voters.length === 0;
    const settings: BrokerSettings = {
      ...this.settled(),
      combined,
      voters: combined ? quorum(this.name, this.brokers, 0) : voters,
    };
    this.properties = brokerProperties(this, props, settings);
    this.controllers = this.makeControllers(props, voters);
    this.replicationFactor = Number(this.properties['default.replication.factor']);
    this.minInSyncReplicas = Number(this.properties['min.insync.replicas']);
    if (this.replicationFactor > 1 && this.minInSyncReplicas === this.replicationFactor) {
      warn(this, 'minInSyncReplicas', EVERY_REPLICA);
    }
    this.workload = this.makeBrokers(props, settings);

    const own = interBrokerListener(this, this.listeners);
    this.protocol = own.protocol;
    this.bootstrapServers = `${this.name}:${own.port}`;
    this.endpoint = this.workload.endpoint(own.port);
    new k8s.KubeService(this, 'bootstrap', {
      metadata: this.workload.metadata(),
      spec: {
        selector: { ...this.workload.selector },
        ports: servicePorts(listenerPorts(forPods(this.listeners))),
      },
    });
    makeOutsideServices(this, this.workload, this.listeners, this.brokers);
    this.linkServers(props, combined);
  }

  /** The cluster as clients on another listener for pods see it; links take the first one. */
  via(listenerName: string): IKafka {
    const candidates = forPods(this.listeners);
    const listener = candidates.find(({ name }) => name === listenerName);
    if (listener === undefined) {
      const names = candidates.map(({ name }) => name);
      invalid(this, {
        property: 'listener',
        got: listenerName,
        allowed: `a listener that pods reach: ${names.join(', ')}`,
        fix: `Name one of these, or add it to \`listeners\`.${didYouMean(listenerName, names)}`,
      });
    }
    return {
      bootstrapServers: `${this.name}:${listener.port}`,
      protocol: listener.protocol,
      endpoint: this.workload.endpoint(listener.port),
      brokers: this.brokers,
      minInSyncReplicas: this.minInSyncReplicas,
    };
  }

  private settled(): Omit<BrokerSettings, 'combined' | 'voters'> {
    const { name, brokers, image, listeners, clusterId, heap, resources } = this;
    return { name, brokers, image, listeners, clusterId, heap, resources };
  }

  private makeControllers(
    { controllers: props = {} }: KafkaProps,
    voters: readonly KafkaVoter[],
  ): KafkaControllers | undefined {
    const { image, clusterId, properties } = this;
    if (clusterId === undefined || voters.length === 0) return undefined;
    const plain = plainListener(this.listeners);
    return new KafkaControllers(this, 'controllers', {
      props,
      voters,
      image,
      clusterId,
      brokerProperties: properties,
      bootstrapServers: plain && this.firstBrokers(plain.port),
    });
  }

  /** The first brokers by their pods' names: as many as are asked when a controller's volume is empty. */
  private firstBrokers(port: number): string {
    const count = Math.min(this.brokers, 3);
    return Array.from(
      { length: count },
      (_, i) => `${this.name}-${i}.${headlessName(this.name)}:${port}`,
    ).join(',');
  }

  private makeBrokers(props: KafkaProps, settings: BrokerSettings): Workload {
    const { files, pod } = brokerPod(settings, this.properties);
    const { container, ...rest } = pod;
    const ready = readyCheck(this, this.listeners);
    const own = interBrokerListener(this, this.listeners);
    const { workload } = new StatefulServer(this, 'server', {
      ...rest,
      name: this.name,
      app: 'kafka',
      component: 'broker',
      image: this.image,
      replicas: this.brokers,
      data: { storage: this.storage, folders: DATA_FOLDER },
      gracePeriod: this.gracePeriod,
      settlesWithin: this.brokers > 1 ? Duration.seconds(15) : undefined,
      pod: props.pod,
      container: {
        ...container,
        ports: {
          ...listenerPorts(this.listeners),
          ...(settings.combined ? { controller: PORTS.kafkaController } : {}),
        },
        // Recovery of the logs after a crash can take long, and is not death.
        startupProbe: startupProbe(ready, Duration.minutes(15)),
        readinessProbe: readinessProbe(ready),
        livenessProbe: livenessProbe(tcpCheck(portName(own))),
      },
    });
    new k8s.KubeConfigMap(this, 'config', { metadata: workload.metadata(), data: { ...files } });
    return workload;
  }

  /** Links of brokers among themselves and to whoever keeps their metadata. */
  private linkServers({ zooKeeper }: KafkaProps, combined: boolean): void {
    const ownPorts = [
      interBrokerListener(this, this.listeners).port,
      ...(combined ? [PORTS.kafkaController] : []),
    ];
    // Even a single broker finds itself by its name.
    this.workload.connectTo(this.workload.endpoint(...ownPorts));
    if (this.controllers !== undefined) {
      this.workload.connectTo(this.controllers.workload.endpoint(PORTS.kafkaController));
      const plain = plainListener(this.listeners);
      if (plain !== undefined) this.controllers.workload.connectTo(this.workload.endpoint(plain.port));
    }
    if (zooKeeper !== undefined) this.workload.connectTo(zooKeeper.endpoint);
  }
}

/**
 * The images are started in different ways, and Kafka 4 has no ZooKeeper. An image of another name is taken
 * as it is.
 */
function checkImage(scope: Construct, image: string, kraft: boolean): void {
  const [, name, major] =
    /(?:^|\/)(apache\/kafka(?:-native)?|confluentinc\/cp-[a-z-]*kafka|confluentinc\/cp-server):(\d+)/.exec(
      image,
    ) ?? [];
  const hasZooKeeper = name?.startsWith('confluentinc/') && Number(major) < 8;
  if (name === undefined || (kraft ? name.startsWith('apache/') : hasZooKeeper)) return;
  invalid(scope, {
    property: 'image',
    got: image,
    allowed: kraft
      ? `apache/kafka without zooKeeper, for example ${IMAGES.kafka}`
      : `confluentinc/cp-kafka before 8 with zooKeeper, for example ${IMAGES.confluentKafka}`,
    fix: kraft
      ? 'Leave image out, or set zooKeeper.'
      : `Leave image out, or leave zooKeeper out${Number(major) >= 4 ? ': the Kafka of this image has none' : ''}.`,
  });
}
