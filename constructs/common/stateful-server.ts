/**
 * Servers with a number each, which keep data and know each other by name: StatefulSet, headless Service,
 * disruption budget, volumes.
 */
import type { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { k8s } from '../../imports';
import { disruptionBudget } from './availability';
import type { ContainerOptions } from './container';
import { podTemplate } from './pod';
import type { PodOptions } from './pod-options';
import { DATA_VOLUME, statefulStorage, type Storage } from './storage';
import { Workload, type WorkloadProps } from './workload';

export interface StatefulServerProps extends WorkloadProps {
  readonly replicas: number;
  readonly uid: number;
  readonly gracePeriod: Duration;
  /**
   * How long a pod must be ready before a rollout continues with the next, so that it can catch up with the
   * others.
   * @default - not at all
   */
  readonly settlesWithin?: Duration;
  /**
   * The volume of each pod.
   * @default - none
   */
  readonly data?: {
    readonly storage: Storage;
    /** Where the container has its volume: one folder, or several by their subfolder of the volume. */
    readonly folders: string | Readonly<Record<string, string>>;
  };
  readonly container: Omit<ContainerOptions, 'image'>;
  readonly initContainers?: readonly ContainerOptions[];
  readonly volumes?: readonly k8s.Volume[];
  /** The user's options of the pods. */
  readonly pod: PodOptions | undefined;
}

export class StatefulServer extends Construct {
  readonly workload: Workload;
  /** Name of the headless Service: pod `NAME-0` is `NAME-0.SERVICE`. */
  readonly headlessService: string;

  constructor(scope: Construct, id: string, props: StatefulServerProps) {
    super(scope, id);
    this.workload = new Workload(scope, `${id}-workload`, props);
    this.headlessService = headlessName(props.name);
    this.makeHeadlessService(props);
    this.makeStatefulSet(scope, props);
    disruptionBudget(this, this.workload, props.replicas);
  }

  private makeHeadlessService({ container: { ports = {} } }: StatefulServerProps): void {
    new k8s.KubeService(this, 'headless', {
      metadata: this.workload.metadata(this.headlessService),
      spec: {
        clusterIp: 'None',
        // Servers look each other up before any of them is ready.
        publishNotReadyAddresses: true,
        selector: { ...this.workload.selector },
        ports: servicePorts(ports),
      },
    });
  }

  private makeStatefulSet(scope: Construct, props: StatefulServerProps): void {
    const { replicas, container, data, volumes = [] } = props;
    const stored = data && statefulStorage(scope, this.workload, data.storage, replicas);
    new k8s.KubeStatefulSet(this, 'statefulset', {
      metadata: this.workload.metadata(),
      spec: {
        replicas,
        serviceName: this.headlessService,
        // All pods start at once, because none is ready before the others exist. Rollouts still go one by
        // one.
        podManagementPolicy: 'Parallel',
        minReadySeconds: props.settlesWithin?.toSeconds(),
        selector: { matchLabels: { ...this.workload.selector } },
        ...stored?.spec,
        template: podTemplate(scope, this.workload, {
          pod: props.pod,
          uid: props.uid,
          gracePeriod: props.gracePeriod,
          initContainers: props.initContainers,
          volumes: [...volumes, ...(stored?.volumes ?? [])],
          otherVolumes: data && [DATA_VOLUME],
          spread: replicas > 1 ? this.workload : undefined,
          containers: [
            {
              ...container,
              image: props.image,
              mounts: [...(data ? dataMounts(data.folders) : []), ...(container.mounts ?? [])],
            },
          ],
        }),
      },
    });
  }
}

/** Name of the headless Service of the StatefulSet with this name. */
export function headlessName(name: string): string {
  return `${name}-headless`;
}

/** Ports of a Service that are the container's, under the same names and numbers. */
export function servicePorts(ports: Readonly<Record<string, number>>): k8s.ServicePort[] {
  return Object.entries(ports).map(([name, port]) => ({
    name,
    port,
    targetPort: k8s.IntOrString.fromString(name),
    protocol: 'TCP',
  }));
}

function dataMounts(folders: string | Readonly<Record<string, string>>): k8s.VolumeMount[] {
  if (typeof folders === 'string') return [{ name: DATA_VOLUME, mountPath: folders }];
  return Object.entries(folders).map(([subPath, mountPath]) => ({ name: DATA_VOLUME, subPath, mountPath }));
}
