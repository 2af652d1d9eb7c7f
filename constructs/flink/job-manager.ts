import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { PORTS } from '../../contract';
import { k8s } from '../../imports';
import { accessedService, giveAccess, type Access } from '../common/access';
import { disruptionBudget } from '../common/availability';
import { kubernetesApi } from '../common/endpoint';
import { invalid, replicaCount } from '../common/invalid';
import { httpCheck, livenessProbe, readinessProbe, startupProbe, tcpCheck } from '../common/probes';
import type { Resources } from '../common/resources';
import { type PodEndpoint, Workload } from '../common/workload';
import { ConfFolder } from './conf-folder';
import { jobManagerBytes, type JobManagerMemory } from './memory';
import { FLINK_PORTS } from './ports';
import {
  FLINK_STARTS_WITHIN,
  processName,
  resolveProcessResources,
  type FlinkPodOptions,
  type FlinkProcessProps,
} from './process';
import { processDeployment } from './process-deployment';

/** Options of the JobManagers, which distribute the tasks of jobs and coordinate checkpoints. */
export interface JobManagerOptions {
  /**
   * Number of JobManagers. One is the leader, the others are on standby. More than one need
   * `highAvailability`.
   * @default 1
   */
  readonly replicas?: number;
  /**
   * Size of the process, and how it is divided.
   * @default - 640 MiB: 256 MiB heap, 96 MiB off-heap, 192 MiB metaspace, 96 MiB overhead
   */
  readonly memory?: JobManagerMemory;
  /**
   * CPU and memory of each pod. The process must fit into the memory limit.
   * @default - 100m to 1 CPU; 40% of the process size as the memory request, 110% as the memory limit
   */
  readonly resources?: Resources;
  /**
   * How clients outside the cluster reach the dashboard. It can also submit and cancel jobs, for everyone who
   * reaches it.
   * @default - the dashboard is reachable only inside the cluster
   */
  readonly access?: Access;
  /**
   * Where the pods run, and their labels, variables, volumes and other containers, in addition to what the
   * cluster's `pod` sets.
   * @default - what the cluster's `pod` sets
   */
  readonly pod?: FlinkPodOptions;
}

const MEMORY: JobManagerMemory = {
  process: Size.mebibytes(640),
  metaspace: Size.mebibytes(192),
  offHeap: Size.mebibytes(96),
  overhead: { fraction: 0.1, min: Size.mebibytes(96), max: Size.mebibytes(96) },
};
const CPU = { cpuRequest: Cpu.millis(100), cpuLimit: Cpu.units(1) };

/** Deployment, Service and configuration of the JobManagers. */
export class JobManager extends Construct {
  /** The JobManagers' pods: labels, selector and links. */
  readonly workload: Workload;
  /** Number of JobManagers. */
  readonly replicas: number;
  /** Size of the process, and how it is divided. */
  readonly memory: JobManagerMemory;
  /** CPU and memory of each pod. */
  readonly resources: Required<Resources>;
  /** REST API and dashboard, for clients. */
  readonly restEndpoint: PodEndpoint;
  /** @internal */
  readonly conf: ConfFolder;

  /** @internal Made by `FlinkSessionCluster`. */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: FlinkProcessProps & Omit<JobManagerOptions, 'pod'>,
    workload: Workload,
  ) {
    super(scope, id);
    this.workload = workload;
    this.replicas = replicaCount(scope, props.replicas, 'jobManager.replicas');
    this.memory = props.memory ?? MEMORY;
    this.resources = resolveProcessResources(scope, 'jobManager', this.memory.process, props.resources, CPU);
    this.checkReplicas(scope);
    this.restEndpoint = workload.endpoint(FLINK_PORTS.rest);
    this.conf = new ConfFolder(this, 'conf', {
      owner: scope,
      workload,
      config: { ...props.config, jobManagerMemory: jobManagerBytes(this.memory) },
    });
    this.link();
    this.makeDeployment();
    this.makeServices();
    disruptionBudget(this, workload, this.replicas);
  }

  /**
   * Made before the JobManager, because other objects need its name and labels.
   * @internal
   */
  static workload(
    scope: Construct,
    { cluster, image }: Pick<FlinkProcessProps, 'cluster' | 'image'>,
  ): Workload {
    return new Workload(scope, 'jobmanager-workload', {
      name: processName(cluster, 'jobmanager'),
      app: 'flink',
      component: 'jobmanager',
      image,
    });
  }

  private checkReplicas(scope: Construct): void {
    if (this.replicas === 1 || this.props.kubernetesAccess !== undefined) return;
    invalid(scope, {
      property: 'jobManager.replicas',
      got: this.replicas,
      allowed: '1 without highAvailability, because without leader election each would run the jobs',
      fix: 'Set highAvailability: true with a storage, or set one replica.',
    });
  }

  private link(): void {
    const { kubernetesAccess, access, storage } = this.props;
    this.workload.exposeMetrics(FLINK_PORTS.metrics);
    if (storage?.endpoint !== undefined) this.workload.connectTo(storage.endpoint);
    if (kubernetesAccess !== undefined) this.workload.connectTo(kubernetesApi(this));
    if (this.replicas > 1) this.workload.connectTo(this.workload.endpoint(FLINK_PORTS.rpc, FLINK_PORTS.blob));
    giveAccess(this, this, {
      workload: this.workload,
      service: this.workload.name,
      port: PORTS.flinkUi,
      containerPort: FLINK_PORTS.rest,
      property: 'jobManager.access',
      access,
    });
  }

  private makeDeployment(): void {
    const { kubernetesAccess, application } = this.props;
    processDeployment(this, {
      part: 'jobmanager',
      workload: this.workload,
      conf: this.conf,
      process: this.props,
      replicas: this.replicas,
      resources: this.resources,
      // Two JobManagers at a time need leader election, and those of an application would run different
      // scripts.
      strategy: {
        type: kubernetesAccess === undefined || application !== undefined ? 'Recreate' : 'RollingUpdate',
      },
      // Each JobManager has its own address. A ConfigMap has the address of the leader.
      registersByIp: true,
      ports: {
        rest: FLINK_PORTS.rest,
        rpc: FLINK_PORTS.rpc,
        blob: FLINK_PORTS.blob,
        'metrics-query': FLINK_PORTS.metricsQuery,
        metrics: FLINK_PORTS.metrics,
      },
      // The port is open before there is a leader and a dispatcher, so a TCP check is not enough.
      startupProbe: startupProbe(httpCheck('/overview', 'rest'), FLINK_STARTS_WITHIN),
      readinessProbe: readinessProbe(httpCheck('/overview', 'rest')),
      livenessProbe: livenessProbe(tcpCheck('rpc')),
    });
  }

  private makeServices(): void {
    const { annotations, spec, nodePort } = accessedService(this.props.access);
    const port = (name: string, number: number, target = name) => ({
      name,
      port: number,
      targetPort: k8s.IntOrString.fromString(target),
      protocol: 'TCP',
    });
    const ui = port('ui', PORTS.flinkUi, 'rest');
    new k8s.KubeService(this, 'service', {
      metadata: this.workload.metadata(),
      spec: {
        selector: { ...this.workload.selector },
        ports: [
          port('rest', FLINK_PORTS.rest),
          ui,
          port('rpc', FLINK_PORTS.rpc),
          port('blob', FLINK_PORTS.blob),
        ],
      },
    });
    if (spec.type === 'ClusterIP') return;
    // A separate Service, because one of these types opens all of its ports.
    new k8s.KubeService(this, 'ui-service', {
      metadata: { ...this.workload.metadata(`${this.workload.name}-ui`), annotations },
      spec: {
        ...spec,
        selector: { ...this.workload.selector },
        ports: [{ ...ui, nodePort }],
      },
    });
  }
}
