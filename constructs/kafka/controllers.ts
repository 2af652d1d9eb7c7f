/** The quorum of controllers: its members, and controllers in their own pods. */
import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { k8s } from '../../imports';
import { PORTS } from '../../contract';
import { invalid, requireInteger, withPath } from '../common/invalid';
import { NAMES } from '../common/names';
import { commandCheck, livenessProbe, readinessProbe, startupProbe, tcpCheck } from '../common/probes';
import { resolveHeap, resolveResources, type Resources } from '../common/resources';
import { headlessName, StatefulServer } from '../common/stateful-server';
import { Storage } from '../common/storage';
import type { Workload } from '../common/workload';
import { mergeOptions } from '../config/check';
import { kafkaProperties, type KafkaVoter } from '../config/kafka';
import { propertiesText } from '../config/properties';
import { BROKER_PROPERTIES } from '../known/kafka';
import { checkProperties } from './broker';
import { kraftFiles, kraftPod } from './kraft';
import type { KafkaControllersProps } from './props';
import {
  CONFIG_FOLDER,
  DATA_FOLDER,
  FIRST_CONTROLLER_ID,
  LOG_DIR,
  READY_SCRIPT,
  readyScript,
  SCRIPT_ENV,
} from './scripts';

/** Number of controllers in their own pods; 0 if the brokers are the controllers. */
function controllerCount(
  scope: Construct,
  props: KafkaControllersProps | undefined,
  brokers: number,
): number {
  if (props === undefined && brokers === 1) return 0;
  const count = props?.count ?? 3;
  requireInteger(scope, 'controllers.count', count, { min: 0 });
  const unused = Object.entries(props ?? {}).find(([name, value]) => name !== 'count' && value !== undefined);
  if (count === 0 && unused !== undefined) {
    invalid(scope, {
      property: `controllers.${unused[0]}`,
      got: unused[1],
      allowed: 'nothing with controllers.count 0, as the brokers are the controllers',
      fix: 'Leave it out, set it on the brokers, or raise controllers.count.',
    });
  }
  const [property, voters] = count === 0 ? ['brokers', brokers] : ['controllers.count', count];
  if (voters % 2 === 0) {
    invalid(scope, {
      property,
      got: voters,
      allowed: count === 0 ? 'an odd number, as the brokers are the controllers' : 'an odd number, or 0',
      fix: `${voters} controllers outlive ${survivors(voters)} failure(s), as ${voters - 1} do; use ${voters - 1} or ${voters + 1}.`,
    });
  }
  return count;
}

/** Failures that a quorum outlives: all but a majority. */
function survivors(voters: number): number {
  return voters - (Math.floor(voters / 2) + 1);
}

/** Members of the quorum that are pods of one StatefulSet. */
export function quorum(name: string, count: number, firstId: number): KafkaVoter[] {
  return Array.from({ length: count }, (_, i) => ({
    nodeId: firstId + i,
    host: `${name}-${i}.${headlessName(name)}`,
    port: PORTS.kafkaController,
  }));
}

/**
 * Properties that controllers act on: they place the partitions of new topics, elect leaders, check policies,
 * and turn their own `min.insync.replicas` into the default of the cluster, which outranks that in the
 * brokers' files (KAFKA-19655).
 */
const USED_BY_CONTROLLERS: readonly string[] = [
  'alter.config.policy.class.name',
  'auto.leader.rebalance.enable',
  'broker.session.timeout.ms',
  'create.topic.policy.class.name',
  'default.replication.factor',
  'delete.topic.enable',
  'leader.imbalance.check.interval.seconds',
  'leader.imbalance.per.broker.percentage',
  'min.insync.replicas',
  'num.partitions',
  'unclean.leader.election.enable',
];

/** What `Kafka` gives its controllers. */
export interface KafkaControllersOptions {
  readonly props: KafkaControllersProps;
  /** Members of the quorum. */
  readonly voters: readonly KafkaVoter[];
  readonly image: string;
  readonly clusterId: string;
  /** Properties of the brokers. */
  readonly brokerProperties: Readonly<Record<string, string>>;
  /** Brokers by their pods' names, on a listener without keys and accounts; undefined when there is none. */
  readonly bootstrapServers: string | undefined;
}

/** Members of the quorum of controllers in their own pods; none if the brokers are the controllers. */
export function controllerVoters(
  scope: Construct,
  props: KafkaControllersProps | undefined,
  brokers: number,
): KafkaVoter[] {
  const count = controllerCount(scope, props, brokers);
  return quorum(props?.name ?? NAMES.kafkaController, count, FIRST_CONTROLLER_ID);
}

/**
 * How long controllers stay when all pods end at once. A broker leaves by asking a controller; without one it
 * waits until it is killed, and recovers its log at the next start.
 */
const BROKERS_END_WITHIN = Duration.seconds(15);

/** Controllers in their own pods. */
export class KafkaControllers extends Construct {
  /** The controllers' pods: labels, selector and links. */
  readonly workload: Workload;
  /** Number of controllers. */
  readonly count: number;
  /** Members of the quorum. */
  readonly voters: readonly KafkaVoter[];
  /** CPU and memory of each controller. */
  readonly resources: Required<Resources>;
  /** Heap of each controller's JVM. */
  readonly heap: Size;
  /** Where each controller keeps the cluster's metadata. */
  readonly storage: Storage;
  /** Properties that all controllers share, by name. */
  readonly properties: Readonly<Record<string, string>>;

  /** @internal Made by `Kafka`. */
  constructor(scope: Construct, id: string, options: KafkaControllersOptions) {
    super(scope, id);
    const { props, voters } = options;
    this.count = voters.length;
    this.voters = voters;
    this.resources = resolveResources(this, props.resources, {
      cpuRequest: Cpu.millis(50),
      cpuLimit: Cpu.units(1),
      memoryRequest: Size.mebibytes(320),
      memoryLimit: Size.mebibytes(640),
    });
    this.heap = resolveHeap(this, props.heap, this.resources.memoryLimit);
    this.storage = props.storage ?? Storage.claim(Size.gibibytes(2));
    this.properties = this.makeProperties(options);
    this.workload = this.makeServers(options);
    const files = { ...readyScript('controller'), ...kraftFiles(propertiesText(this.properties)) };
    new k8s.KubeConfigMap(this, 'config', { metadata: this.workload.metadata(), data: files });
    this.workload.connectTo(this.workload.endpoint(PORTS.kafkaController));
  }

  private makeProperties({
    props,
    voters,
    brokerProperties,
  }: KafkaControllersOptions): Record<string, string> {
    const own = props.properties ?? {};
    checkProperties(this, own, BROKER_PROPERTIES);
    const shared = Object.fromEntries(
      Object.entries(brokerProperties).filter(([name]) => USED_BY_CONTROLLERS.includes(name)),
    );
    return withPath(this, () =>
      kafkaProperties({
        roles: ['controller'],
        voters,
        logDirs: LOG_DIR,
        properties: mergeOptions('properties', shared, own),
      }),
    );
  }

  private makeServers({ props, image, clusterId, bootstrapServers }: KafkaControllersOptions): Workload {
    const name = props.name ?? NAMES.kafkaController;
    const { container, ...pod } = kraftPod({
      configMap: name,
      clusterId,
      firstNodeId: FIRST_CONTROLLER_ID,
      env: {
        [SCRIPT_ENV.readyPort]: String(PORTS.kafkaController),
        ...(bootstrapServers === undefined ? {} : { [SCRIPT_ENV.bootstrapServers]: bootstrapServers }),
      },
      heap: this.heap,
      resources: this.resources,
    });
    const answers = commandCheck('bash', `${CONFIG_FOLDER}/${READY_SCRIPT}`);
    return new StatefulServer(this, 'server', {
      ...pod,
      name,
      app: 'kafka',
      component: 'controller',
      image,
      replicas: this.count,
      data: { storage: this.storage, folders: DATA_FOLDER },
      gracePeriod: Duration.seconds(60),
      settlesWithin: Duration.seconds(10),
      pod: props.pod,
      container: {
        ...container,
        ports: { controller: PORTS.kafkaController },
        startupProbe: startupProbe(answers, Duration.minutes(5)),
        readinessProbe: readinessProbe(answers),
        livenessProbe: livenessProbe(tcpCheck('controller')),
        endsAfter: BROKERS_END_WITHIN,
      },
    }).workload;
  }
}
