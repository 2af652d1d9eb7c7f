import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { k8s } from '../../imports';
import { disruptionBudget } from '../common/availability';
import { kubernetesApi } from '../common/endpoint';
import { invalid, replicaCount, requireInteger } from '../common/invalid';
import { livenessProbe, readinessProbe, startupProbe, tcpCheck } from '../common/probes';
import { formatSize, type Resources } from '../common/resources';
import { Workload } from '../common/workload';
import { ConfFolder } from './conf-folder';
import type { JobManager } from './job-manager';
import { taskManagerBytes, type TaskManagerMemory } from './memory';
import { COLLECT_PORTS, FLINK_PORTS } from './ports';
import {
  FLINK_STARTS_WITHIN,
  processName,
  resolveProcessResources,
  type FlinkPodOptions,
  type FlinkProcessProps,
} from './process';
import { processDeployment } from './process-deployment';

/** Options of the TaskManagers, which run the tasks of jobs. */
export interface TaskManagerOptions {
  /**
   * Number of TaskManagers.
   * @default - 1; left to the autoscaler with `autoscaling`
   */
  readonly replicas?: number;
  /**
   * Adds and removes TaskManagers by their load. The adaptive scheduler of Flink gives jobs the task slots
   * that there are, up to their parallelism, and restarts them from their last checkpoint when the number
   * changes.
   * @default - none: the number is `replicas`
   */
  readonly autoscaling?: Autoscaling;
  /**
   * Task slots of each TaskManager. A job needs as many task slots as its parallelism.
   * @default 2
   */
  readonly taskSlots?: number;
  /**
   * Size of the process, and how it is divided.
   * @default - 1 GiB: 192 MiB metaspace, 128 MiB overhead, a fifth of the rest managed memory
   */
  readonly memory?: TaskManagerMemory;
  /**
   * CPU and memory of each pod. The process must fit into the memory limit.
   * @default - 250m to 2 CPU; 40% of the process size as the memory request, 110% as the memory limit
   */
  readonly resources?: Resources;
  /**
   * Volume of each pod for the files of RocksDB, and for data that joins and sorts spill.
   * @default - 10 GiB with the state backend `rocksdb`, otherwise a folder on the disk of the node, at most
   * 256 MiB
   */
  readonly localStorage?: LocalStorage;
  /**
   * Where the pods run, and their labels, variables, volumes and other containers, in addition to what the
   * cluster's `pod` sets.
   * @default - what the cluster's `pod` sets
   */
  readonly pod?: FlinkPodOptions;
}

const MEMORY: TaskManagerMemory = {
  process: Size.gibibytes(1),
  metaspace: Size.mebibytes(192),
  overhead: { fraction: 0.1, min: Size.mebibytes(128) },
  managed: { fraction: 0.2 },
};
const CPU = { cpuRequest: Cpu.millis(250), cpuLimit: Cpu.units(2) };

/** A volume that is created and deleted with its pod. */
export interface LocalStorage {
  /** Size of the volume. */
  readonly size: Size;
  /**
   * StorageClass of the volume.
   * @default - the default StorageClass of the cluster
   */
  readonly storageClass?: string;
}

/** A HorizontalPodAutoscaler. It needs the metrics API in the cluster (metrics-server). */
export interface Autoscaling {
  /** Largest number of TaskManagers. */
  readonly maxReplicas: number;
  /**
   * Smallest number of TaskManagers.
   * @default 1
   */
  readonly minReplicas?: number;
  /**
   * CPU that the TaskManagers use on average, in percent of their CPU request. Above it, TaskManagers are
   * added.
   * @default 80
   */
  readonly targetCpuPercent?: number;
}

/** Option that lets jobs run with the task slots that there are. */
export const ADAPTIVE_SCHEDULER = { 'jobmanager.scheduler': 'adaptive' } as const;

const LOCAL_VOLUME = 'local';
const LOCAL_FOLDER = '/flink-local';

/** The task slots of the new pod take over the tasks of the old one. */
const NEW_ONE_FIRST: k8s.DeploymentStrategy = {
  type: 'RollingUpdate',
  rollingUpdate: { maxUnavailable: k8s.IntOrString.fromNumber(0), maxSurge: k8s.IntOrString.fromNumber(1) },
};

/** A changed script must not start before the last task of the old one has stopped. */
const OLD_ONES_FIRST: k8s.DeploymentStrategy = { type: 'Recreate' };

/** Deployment and configuration of the TaskManagers. */
export class TaskManager extends Construct {
  /** The TaskManagers' pods: labels, selector and links. */
  readonly workload: Workload;
  /** Number of TaskManagers; with autoscaling, the largest number. */
  readonly replicas: number;
  /** How TaskManagers are added and removed; undefined with a fixed number. */
  readonly autoscaling: Required<Autoscaling> | undefined;
  /** Task slots of each TaskManager. */
  readonly taskSlots: number;
  /** Size of the process, and how it is divided. */
  readonly memory: TaskManagerMemory;
  /** CPU and memory of each pod. */
  readonly resources: Required<Resources>;
  /** Volume of each pod; undefined if a folder on the disk of the node is used. */
  readonly localStorage: LocalStorage | undefined;
  private readonly conf: ConfFolder;

  /** @internal Made by `FlinkSessionCluster`. */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: FlinkProcessProps & Omit<TaskManagerOptions, 'pod'>,
    jobManager: JobManager,
  ) {
    super(scope, id);
    this.autoscaling = props.autoscaling && resolveAutoscaling(scope, props.autoscaling, props.replicas);
    this.replicas =
      this.autoscaling?.maxReplicas ?? replicaCount(scope, props.replicas, 'taskManager.replicas');
    this.taskSlots = props.taskSlots ?? 2;
    requireInteger(scope, 'taskManager.taskSlots', this.taskSlots, { min: 1 });
    this.memory = props.memory ?? MEMORY;
    this.resources = resolveProcessResources(scope, 'taskManager', this.memory.process, props.resources, CPU);
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
        taskManagerMemory: taskManagerBytes(this.memory),
        taskSlots: this.taskSlots,
      },
    });
    this.link(jobManager);
    this.makeDeployment();
    disruptionBudget(this, this.workload, this.replicas);
    if (this.autoscaling !== undefined) this.makeAutoscaler(this.autoscaling);
  }

  private link({ workload: jobManager }: JobManager): void {
    const { kubernetesAccess, storage } = this.props;
    this.workload.exposeMetrics(FLINK_PORTS.metrics);
    if (storage?.endpoint !== undefined) this.workload.connectTo(storage.endpoint);
    this.workload.connectTo(jobManager.endpoint(FLINK_PORTS.rpc, FLINK_PORTS.blob));
    jobManager.connectTo(
      this.workload.endpoint(FLINK_PORTS.taskManagerRpc, FLINK_PORTS.metricsQuery, COLLECT_PORTS),
    );
    if (this.replicas > 1) this.workload.connectTo(this.workload.endpoint(FLINK_PORTS.taskManagerData));
    if (kubernetesAccess !== undefined) this.workload.connectTo(kubernetesApi(this));
  }

  private makeDeployment(): void {
    processDeployment(this, {
      part: 'taskmanager',
      workload: this.workload,
      conf: this.conf,
      process: this.props,
      replicas: this.replicas,
      isAutoscaled: this.autoscaling !== undefined,
      resources: this.resources,
      strategy: this.props.application === undefined ? NEW_ONE_FIRST : OLD_ONES_FIRST,
      ports: {
        rpc: FLINK_PORTS.taskManagerRpc,
        data: FLINK_PORTS.taskManagerData,
        'metrics-query': FLINK_PORTS.metricsQuery,
        metrics: FLINK_PORTS.metrics,
      },
      startupProbe: startupProbe(tcpCheck('rpc'), FLINK_STARTS_WITHIN),
      readinessProbe: readinessProbe(tcpCheck('data')),
      livenessProbe: livenessProbe(tcpCheck('rpc')),
      localVolumes: this.localVolumes(),
    });
  }

  private makeAutoscaler({ minReplicas, maxReplicas, targetCpuPercent }: Required<Autoscaling>): void {
    new k8s.KubeHorizontalPodAutoscalerV2(this, 'autoscaler', {
      metadata: this.workload.metadata(),
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: this.workload.name },
        minReplicas,
        maxReplicas,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: targetCpuPercent } },
          },
        ],
      },
    });
  }

  private localVolumes(): Record<string, k8s.Volume> {
    if (this.localStorage === undefined) return {};
    const { size, storageClass } = this.localStorage;
    const spec: k8s.PersistentVolumeClaimSpec = {
      accessModes: ['ReadWriteOnce'],
      storageClassName: storageClass,
      resources: { requests: { storage: k8s.Quantity.fromString(formatSize(size)) } },
    };
    const metadata = { labels: { ...this.workload.labels } };
    return { [LOCAL_FOLDER]: { name: LOCAL_VOLUME, ephemeral: { volumeClaimTemplate: { metadata, spec } } } };
  }
}

function resolveAutoscaling(
  scope: Construct,
  { minReplicas = 1, maxReplicas, targetCpuPercent = 80 }: Autoscaling,
  replicas: number | undefined,
): Required<Autoscaling> {
  const property = 'taskManager.autoscaling';
  if (replicas !== undefined) {
    invalid(scope, {
      property: 'taskManager.replicas',
      got: replicas,
      allowed: 'nothing with autoscaling: each kubectl apply would set the number back',
      fix: `Leave it out, and set ${property}.minReplicas.`,
    });
  }
  requireInteger(scope, `${property}.minReplicas`, minReplicas, { min: 1 });
  requireInteger(scope, `${property}.maxReplicas`, maxReplicas, { min: minReplicas });
  requireInteger(scope, `${property}.targetCpuPercent`, targetCpuPercent, { min: 1 });
  return { minReplicas, maxReplicas, targetCpuPercent };
}
