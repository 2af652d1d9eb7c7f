import { Cpu } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { PORTS } from '../../contract';
import { k8s } from '../../imports';
import { disruptionBudget } from '../common/availability';
import { kubernetesApi } from '../common/endpoint';
import { invalid, replicaCount } from '../common/invalid';
import { hardenedPod, podField } from '../common/pod';
import { httpCheck, livenessProbe, readinessProbe, startupProbe, tcpCheck } from '../common/probes';
import { resolveResources, type Resources } from '../common/resources';
import { type PodEndpoint, Workload } from '../common/workload';
import type { JobManagerMemory } from '../config/flink-memory';
import { ConfFolder } from './conf-folder';
import { FLINK_PORTS } from './ports';
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

/** The JobManager: gives jobs to TaskManagers, coordinates checkpoints. */
export interface JobManagerOptions {
  /**
   * JobManagers; one leads, the others wait. More than one need `highAvailability`.
   * @default 1
   */
  readonly replicas?: number;
  /**
   * Size of the process, and how Flink's memory model shares it out.
   * @default - 640m in all: 256m of it heap, 96m off-heap, 192m metaspace, 96m overhead
   */
  readonly memory?: JobManagerMemory;
  /**
   * CPU and memory of each pod. The process has to fit into the memory limit.
   * @default - 100m to 1 CPU; two fifths of the process' size requested, a tenth more than it allowed
   */
  readonly resources?: Resources;
  /**
   * Port on every node for the dashboard, 30000 to 32767.
   * @default - the dashboard is reached within the cluster only
   */
  readonly nodePort?: number;
}

const MEMORY: JobManagerMemory = {
  process: '640m',
  metaspace: '192m',
  offHeap: '96m',
  overhead: { fraction: 0.1, min: '96m', max: '96m' },
};
const CPU = { cpuRequest: Cpu.millis(100), cpuLimit: Cpu.units(1) };

/** Deployment, Service and configuration of the JobManagers. */
export class JobManager extends Construct {
  /** The JobManagers' pods: labels, selector and links. */
  readonly workload: Workload;
  /** Number of JobManagers. */
  readonly replicas: number;
  /** Size of the process, and how Flink's memory model shares it out. */
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
    private readonly props: FlinkProcessProps & JobManagerOptions,
    workload: Workload,
  ) {
    super(scope, id);
    this.workload = workload;
    this.replicas = replicaCount(scope, props.replicas, 'jobManager.replicas');
    this.memory = props.memory ?? MEMORY;
    this.resources = resolveResources(
      scope,
      props.resources,
      processResources(this.memory.process, CPU),
      'jobManager.resources',
    );
    checkProcessFits(scope, 'jobManager', this.memory.process, this.resources);
    this.checkReplicas(scope);
    this.restEndpoint = workload.endpoint(FLINK_PORTS.rest);
    this.conf = new ConfFolder(this, 'conf', {
      owner: scope,
      workload,
      config: { ...props.config, jobManagerMemory: this.memory },
    });
    this.link();
    this.makeDeployment();
    this.makeServices();
    disruptionBudget(this, workload, this.replicas);
  }

  /**
   * The workload is made first: others take labels and names from it.
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
    if (this.replicas === 1 || this.props.access !== undefined) return;
    invalid(scope, {
      property: 'jobManager.replicas',
      got: this.replicas,
      allowed: '1 without highAvailability: without a leader elected, each would run the jobs',
      fix: 'Set highAvailability: true with a storage, or leave one replica.',
    });
  }

  private link(): void {
    const { access, nodePort } = this.props;
    this.workload.exposeMetrics(FLINK_PORTS.metrics);
    if (access !== undefined) this.workload.connectTo(kubernetesApi(this));
    if (this.replicas > 1) this.workload.connectTo(this.workload.endpoint(FLINK_PORTS.rpc, FLINK_PORTS.blob));
    if (nodePort !== undefined) this.workload.exposeToOutside(FLINK_PORTS.rest, nodePort);
  }

  private makeDeployment(): void {
    const { image, storage, access, application } = this.props;
    const { files } = this.conf;
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: this.workload.metadata(),
      spec: {
        replicas: this.replicas,
        selector: { matchLabels: { ...this.workload.selector } },
        // Two JobManagers at a time need an elected leader, and an application's are of different scripts.
        strategy: { type: access === undefined || application !== undefined ? 'Recreate' : 'RollingUpdate' },
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
            ],
            containers: [
              {
                name: 'jobmanager',
                image,
                ...this.command(),
                ports: {
                  rest: FLINK_PORTS.rest,
                  rpc: FLINK_PORTS.rpc,
                  blob: FLINK_PORTS.blob,
                  'metrics-query': FLINK_PORTS.metricsQuery,
                  metrics: FLINK_PORTS.metrics,
                },
                resources: this.resources,
                // The port opens before there is a leader and a dispatcher behind it.
                startupProbe: startupProbe(httpCheck('/overview', 'rest'), FLINK_STARTS_WITHIN),
                readinessProbe: readinessProbe(httpCheck('/overview', 'rest')),
                livenessProbe: livenessProbe(tcpCheck('rpc')),
                mounts: [
                  this.conf.mount,
                  ...(storage?.mounts ?? []),
                  ...(application === undefined ? [] : [application.mount]),
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
      return { command: application.command('jobmanager'), env: { ...this.conf.env, ...application.env } };
    }
    const start = ['/opt/flink/bin/jobmanager.sh', 'start-foreground'];
    if (access === undefined) return { command: start, env: this.conf.env };
    return {
      // Each JobManager is known by its own address: the leader's is in a ConfigMap.
      command: [...start, '$(POD_IP)', ...HIGH_AVAILABILITY_ARGS],
      env: {
        ...this.conf.env,
        POD_IP: podField('status.podIP'),
        POD_NAMESPACE: podField('metadata.namespace'),
      },
    };
  }

  private makeServices(): void {
    const { nodePort } = this.props;
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
    if (nodePort === undefined) return;
    // A Service of its own: one of type NodePort would open all of its ports on the nodes.
    new k8s.KubeService(this, 'ui-service', {
      metadata: this.workload.metadata(`${this.workload.name}-ui`),
      spec: {
        type: 'NodePort',
        selector: { ...this.workload.selector },
        ports: [{ ...ui, nodePort }],
      },
    });
  }
}
