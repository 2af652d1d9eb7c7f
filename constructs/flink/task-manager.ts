import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { k8s } from '../../imports';
import { disruptionBudget } from '../common/availability';
import { kubernetesApi } from '../common/endpoint';
import { replicaCount, requireInteger } from '../common/invalid';
import { hardenedPod, podField } from '../common/pod';
import { livenessProbe, readinessProbe, startupProbe, tcpCheck } from '../common/probes';
import { formatSize, resolveResources, type Resources } from '../common/resources';
import { Workload } from '../common/workload';
import type { TaskManagerMemory } from '../config/flink-memory';
import { ConfFolder } from './conf-folder';
import type { JobManager } from './job-manager';
import { COLLECT_PORTS, FLINK_PORTS } from './ports';
import {
  checkProcessFits,
  FLINK_GRACE_PERIOD,
  FLINK_SCRATCH,
  FLINK_STARTS_WITHIN,
  FLINK_UID,
  HIGH_AVAILABILITY_ARGS,
  processName,
  processResources,
  type FlinkProcessProps,
} from './process';

/** The TaskManagers: run the jobs' tasks. */
export interface TaskManagerOptions {
  /**
   * TaskManagers.
   * @default 1
   */
  readonly replicas?: number;
  /**
   * Task slots of each TaskManager. A job needs as many task slots as its parallelism.
   * @default 2
   */
  readonly taskSlots?: number;
  /**
   * Size of the process, and how Flink's memory model shares it out.
   * @default - 1024m in all: 192m of it metaspace, 128m overhead, a fifth of the rest managed memory
   */
  readonly memory?: TaskManagerMemory;
  /**
   * CPU and memory of each pod. The process has to fit into the memory limit.
   * @default - 250m to 2 CPU; two fifths of the process' size requested, a tenth more than it allowed
   */
  readonly resources?: Resources;
  /**
   * Volume of each pod for RocksDB's files and for what joins and sorts spill.
   * @default - 10Gi with the state backend `rocksdb`; else a folder of the node's disk, 256Mi at most
   */
  readonly localStorage?: LocalStorage;
}

const MEMORY: TaskManagerMemory = {
  process: '1024m',
  metaspace: '192m',
  overhead: { fraction: 0.1, min: '128m' },
  managed: { fraction: 0.2 },
};
const CPU = { cpuRequest: Cpu.millis(250), cpuLimit: Cpu.units(2) };

/** A volume of a pod that is made with it and deleted with it. */
export interface LocalStorage {
  /** Size of the volume. */
  readonly size: Size;
  /**
   * Kind of volume, by the name that the cluster has for it.
   * @default - the cluster's default class
   */
  readonly storageClass?: string;
}

const LOCAL_VOLUME = 'local';
const LOCAL_FOLDER = '/flink-local';

/** The task slots of the new pod take over the tasks of the old one. */
const NEW_ONE_FIRST: k8s.DeploymentStrategy = {
  type: 'RollingUpdate',
  rollingUpdate: { maxUnavailable: k8s.IntOrString.fromNumber(0), maxSurge: k8s.IntOrString.fromNumber(1) },
};

/** A changed script has no slot before the last task of the old one is gone. */
const OLD_ONES_FIRST: k8s.DeploymentStrategy = { type: 'Recreate' };

/** Deployment and configuration of the TaskManagers. */
export class TaskManager extends Construct {
  /** The TaskManagers' pods: labels, selector and links. */
  readonly workload: Workload;
  /** Number of TaskManagers. */
  readonly replicas: number;
  /** Task slots of each TaskManager. */
  readonly taskSlots: number;
  /** Size of the process, and how Flink's memory model shares it out. */
  readonly memory: TaskManagerMemory;
  /** CPU and memory of each pod. */
  readonly resources: Required<Resources>;
  /** Volume of each pod; undefined where a folder of the node's disk does. */
  readonly localStorage: LocalStorage | undefined;
  private readonly conf: ConfFolder;

  /** @internal Made by `FlinkSessionCluster`. */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: FlinkProcessProps & TaskManagerOptions,
    jobManager: JobManager,
  ) {
    super(scope, id);
    this.replicas = replicaCount(scope, props.replicas, 'taskManager.replicas');
    this.taskSlots = props.taskSlots ?? 2;
    requireInteger(scope, 'taskManager.taskSlots', this.taskSlots, { min: 1 });
    this.memory = props.memory ?? MEMORY;
    this.resources = resolveResources(
      scope,
      props.resources,
      processResources(this.memory.process, CPU),
      'taskManager.resources',
    );
    checkProcessFits(scope, 'taskManager', this.memory.process, this.resources);
    this.localStorage =
      props.localStorage ??
      (props.config.stateBackend === 'rocksdb' ? { size: Size.gibibytes(10) } : undefined);
    this.workload = new Workload(scope, 'taskmanager-workload', {
      name: processName(props.cluster, 'taskmanager'),
      app: 'flink',
      component: 'taskmanager',
      image: props.image,
    });
    this.conf = new ConfFolder(this, 'conf', {
      owner: scope,
      workload: this.workload,
      config: {
        ...props.config,
        ...(this.localStorage === undefined ? {} : { tmpDir: LOCAL_FOLDER }),
        taskManagerMemory: this.memory,
        taskSlots: this.taskSlots,
      },
    });
    this.link(jobManager);
    this.makeDeployment();
    disruptionBudget(this, this.workload, this.replicas);
  }

  private link({ workload: jobManager }: JobManager): void {
    this.workload.exposeMetrics(FLINK_PORTS.metrics);
    this.workload.connectTo(jobManager.endpoint(FLINK_PORTS.rpc, FLINK_PORTS.blob));
    jobManager.connectTo(
      this.workload.endpoint(FLINK_PORTS.taskManagerRpc, FLINK_PORTS.metricsQuery, COLLECT_PORTS),
    );
    if (this.replicas > 1) this.workload.connectTo(this.workload.endpoint(FLINK_PORTS.taskManagerData));
    if (this.props.access !== undefined) this.workload.connectTo(kubernetesApi(this));
  }

  private makeDeployment(): void {
    const { image, storage, access, application } = this.props;
    const { files } = this.conf;
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: this.workload.metadata(),
      spec: {
        replicas: this.replicas,
        selector: { matchLabels: { ...this.workload.selector } },
        strategy: application === undefined ? NEW_ONE_FIRST : OLD_ONES_FIRST,
        template: {
          metadata: this.workload.podMetadata(
            application === undefined ? files : [files, application.files, application.env],
          ),
          spec: hardenedPod(this, {
            uid: FLINK_UID,
            gracePeriod: FLINK_GRACE_PERIOD,
            serviceAccountName: access?.serviceAccountName,
            spread: this.replicas > 1 ? this.workload : undefined,
            volumes: [
              this.conf.volume,
              ...(storage?.volumes ?? []),
              ...(application === undefined ? [] : [application.volume]),
              ...this.localVolumes(),
            ],
            containers: [
              {
                name: 'taskmanager',
                image,
                ...this.command(),
                ports: {
                  rpc: FLINK_PORTS.taskManagerRpc,
                  data: FLINK_PORTS.taskManagerData,
                  'metrics-query': FLINK_PORTS.metricsQuery,
                  metrics: FLINK_PORTS.metrics,
                },
                resources: this.resources,
                startupProbe: startupProbe(tcpCheck('rpc'), FLINK_STARTS_WITHIN),
                readinessProbe: readinessProbe(tcpCheck('data')),
                livenessProbe: livenessProbe(tcpCheck('rpc')),
                mounts: [
                  this.conf.mount,
                  ...(storage?.mounts ?? []),
                  ...(application === undefined ? [] : [application.mount]),
                  ...this.localVolumes().map(({ name }) => ({ name, mountPath: LOCAL_FOLDER })),
                ],
                scratch: FLINK_SCRATCH,
              },
            ],
          }),
        },
      },
    });
  }

  private command() {
    const { access, application } = this.props;
    if (application !== undefined) {
      return { command: application.command('taskmanager'), env: { ...this.conf.env, ...application.env } };
    }
    const start = ['/opt/flink/bin/taskmanager.sh', 'start-foreground'];
    if (access === undefined) return { command: start, env: this.conf.env };
    return {
      command: [...start, ...HIGH_AVAILABILITY_ARGS],
      env: { ...this.conf.env, POD_NAMESPACE: podField('metadata.namespace') },
    };
  }

  private localVolumes(): k8s.Volume[] {
    if (this.localStorage === undefined) return [];
    const { size, storageClass } = this.localStorage;
    const spec: k8s.PersistentVolumeClaimSpec = {
      accessModes: ['ReadWriteOnce'],
      storageClassName: storageClass,
      resources: { requests: { storage: k8s.Quantity.fromString(formatSize(size)) } },
    };
    const metadata = { labels: { ...this.workload.labels } };
    return [{ name: LOCAL_VOLUME, ephemeral: { volumeClaimTemplate: { metadata, spec } } }];
  }
}
