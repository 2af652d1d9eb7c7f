import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { k8s } from '../imports';
import { PORTS } from '../contract';
import { CONFLUENT_UID, confluentFolders } from './common/confluent';
import { externalEndpoint } from './common/endpoint';
import type { Environment } from './common/environment';
import { IMAGES } from './common/images';
import { invalid, requireInteger } from './common/invalid';
import { NAMES } from './common/names';
import type { PodOptions } from './common/pod-options';
import { commandCheck, livenessProbe, readinessProbe, startupProbe, tcpCheck } from './common/probes';
import { heapOptions, resolveHeap, resolveResources, type Resources } from './common/resources';
import { headlessName, servicePorts, StatefulServer } from './common/stateful-server';
import { Storage } from './common/storage';
import type { Endpoint, Workload } from './common/workload';

/** A ZooKeeper ensemble, as its clients see it. */
export interface IZooKeeper {
  /** `host:port` of servers, separated by commas, with the path of Kafka's root if there is one. */
  readonly connect: string;
  /** What a client's `Workload` connects to. */
  readonly endpoint: Endpoint;
}

/** Props of `ZooKeeper`. */
export interface ZooKeeperProps {
  /**
   * Name of the StatefulSet and of the Service that brokers connect to.
   * @default 'kafka-zookeeper'
   */
  readonly name?: string;
  /**
   * Number of servers, odd: a majority of them has to be up.
   * @default 1
   */
  readonly replicas?: number;
  /**
   * Image of the servers.
   * @default 'confluentinc/cp-zookeeper:7.9.5'
   */
  readonly image?: string;
  /**
   * Where each server keeps its data and transaction log.
   * @default - a retained claim of 1Gi for each server
   */
  readonly storage?: Storage;
  /**
   * CPU and memory of each server.
   * @default - 50m to 1 CPU, 52Mi to 384Mi of memory
   */
  readonly resources?: Resources;
  /**
   * Heap of each server's JVM.
   * @default - half of the memory limit
   */
  readonly heap?: Size;
  /**
   * Basic unit of time of heartbeats and sessions.
   * @default - 2 seconds
   */
  readonly tickTime?: Duration;
  /**
   * Where the pods run, and their labels, service account, variables, volumes and other containers.
   * @default - see `PodOptions`
   */
  readonly pod?: PodOptions;
}

/** Ports that servers use among themselves. */
const PEER_PORTS = { peer: 2888, election: 3888 } as const;

/** ZooKeeper for brokers of Kafka before version 4: `kafka-zookeeper:2181`. */
export class ZooKeeper extends Construct implements IZooKeeper {
  /**
   * An ensemble that the stack does not make: `host:port`, several separated by commas, with an optional
   * `/path` at the end.
   */
  static fromConnect(connect: string): IZooKeeper {
    const [, servers, path = ''] = /^([^/]+)(\/.*)?$/.exec(connect) ?? [];
    const hosts = (servers ?? '').split(',').map((server) => {
      const [, host, port] = /^([A-Za-z0-9](?:[\w.-]*\w)?):(\d{1,5})$/.exec(server) ?? [];
      if (host === undefined || Number(port) < 1 || Number(port) > 65535) {
        invalid('ZooKeeper.fromConnect', {
          property: 'connect',
          got: connect,
          allowed: '`host:port`, several separated by commas, then a `/path` if there is one',
          fix: `Correct "${server}", for example kafka-zookeeper:2181.`,
        });
      }
      return { host, port: Number(port) };
    });
    return { connect: `${servers}${path}`, endpoint: externalEndpoint('ZooKeeper', hosts) };
  }

  /** `host:port` of the Service that brokers connect to. */
  readonly connect: string;
  /** What a client's `Workload` connects to. */
  readonly endpoint: Endpoint;
  /** The servers' pods: labels, selector and links. */
  readonly workload: Workload;
  /** Image of the servers. */
  readonly image: string;
  /** Number of servers. */
  readonly replicas: number;
  /** CPU and memory of each server. */
  readonly resources: Required<Resources>;
  /** Heap of each server's JVM. */
  readonly heap: Size;
  /** Where each server keeps its data and transaction log. */
  readonly storage: Storage;
  /** Basic unit of time of heartbeats and sessions. */
  readonly tickTime: Duration;

  constructor(scope: Construct, id: string, props: ZooKeeperProps = {}) {
    super(scope, id);
    const name = props.name ?? NAMES.zooKeeper;
    this.image = props.image ?? IMAGES.zooKeeper;
    this.replicas = props.replicas ?? 1;
    checkEnsemble(this, this.replicas);
    this.storage = props.storage ?? Storage.claim(Size.gibibytes(1));
    this.tickTime = props.tickTime ?? Duration.seconds(2);
    this.resources = resolveResources(this, props.resources, {
      cpuRequest: Cpu.millis(50),
      cpuLimit: Cpu.units(1),
      memoryRequest: Size.mebibytes(52),
      memoryLimit: Size.mebibytes(384),
    });
    this.heap = resolveHeap(this, props.heap, this.resources.memoryLimit);
    this.workload = this.makeServers(name, props.pod);
    this.connect = `${name}:${PORTS.zooKeeper}`;
    this.endpoint = this.workload.endpoint(PORTS.zooKeeper);
    new k8s.KubeService(this, 'service', {
      metadata: this.workload.metadata(),
      spec: { selector: { ...this.workload.selector }, ports: servicePorts({ client: PORTS.zooKeeper }) },
    });
  }

  private makeServers(name: string, pod: PodOptions | undefined): Workload {
    const { initContainer, scratch } = confluentFolders('kafka', this.image, this.resources);
    const isSingle = this.replicas === 1;
    const own: Environment = {
      ZOOKEEPER_CLIENT_PORT: String(PORTS.zooKeeper),
      ZOOKEEPER_TICK_TIME: String(this.tickTime.toMilliseconds()),
      // The admin server would take port 8080 for nothing.
      ZOOKEEPER_ADMIN_ENABLE_SERVER: 'false',
      ...(isSingle ? {} : { ZOOKEEPER_SERVERS: ensemble(name, this.replicas) }),
      // A server binds to the name of its pod's Service otherwise, which may not resolve yet.
      ...(isSingle ? {} : { ZOOKEEPER_QUORUM_LISTEN_ON_ALL_IPS: 'true' }),
      KAFKA_HEAP_OPTS: heapOptions(this.heap),
      // No log of garbage collections on disk.
      EXTRA_ARGS: '-name zookeeper',
    };
    const { workload } = new StatefulServer(this, 'server', {
      name,
      app: 'zookeeper',
      component: 'coordination',
      image: this.image,
      replicas: this.replicas,
      uid: CONFLUENT_UID,
      gracePeriod: Duration.seconds(30),
      data: {
        storage: this.storage,
        folders: { data: '/var/lib/zookeeper/data', log: '/var/lib/zookeeper/log' },
      },
      initContainers: [initContainer],
      pod,
      container: {
        name: 'zookeeper',
        command: [
          'bash',
          '-c',
          'export ZOOKEEPER_SERVER_ID=$((${HOSTNAME##*-} + 1)); exec /etc/confluent/docker/run',
        ],
        env: own,
        ports: { client: PORTS.zooKeeper, ...(isSingle ? {} : PEER_PORTS) },
        resources: this.resources,
        scratch,
        startupProbe: startupProbe(SERVES, Duration.minutes(5)),
        readinessProbe: readinessProbe(SERVES),
        livenessProbe: livenessProbe(tcpCheck('client')),
      },
    });
    if (!isSingle) workload.connectTo(workload.endpoint(PEER_PORTS.peer, PEER_PORTS.election));
    return workload;
  }
}

/** A server without a quorum answers, but reports no mode. */
const SERVES = commandCheck(
  'bash',
  '-c',
  `exec 3<>/dev/tcp/127.0.0.1/${PORTS.zooKeeper} && echo srvr >&3 && grep -q ^Mode: <&3`,
);

function ensemble(name: string, replicas: number): string {
  return Array.from(
    { length: replicas },
    (_, i) => `${name}-${i}.${headlessName(name)}:${PEER_PORTS.peer}:${PEER_PORTS.election}`,
  ).join(';');
}

function checkEnsemble(scope: Construct, replicas: number): void {
  requireInteger(scope, 'replicas', replicas, { min: 1 });
  if (replicas % 2 === 1) return;
  invalid(scope, {
    property: 'replicas',
    got: replicas,
    allowed: 'an odd number',
    fix: `${replicas} servers outlive as few failures as ${replicas - 1}; use ${replicas - 1} or ${replicas + 1}.`,
  });
}
