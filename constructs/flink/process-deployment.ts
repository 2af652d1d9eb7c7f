import type { Construct } from 'constructs';
import { k8s } from '../../imports';
import type { ContainerOptions } from '../common/container';
import { podField } from '../common/environment';
import { podTemplate } from '../common/pod';
import type { Resources } from '../common/resources';
import type { Workload } from '../common/workload';
import type { ConfFolder } from './conf-folder';
import { FLINK_HOME, FLINK_SCRATCH, FLINK_UID } from './image';
import { FLINK_GRACE_PERIOD, type FlinkPart, type FlinkProcessProps } from './process';

/** `-D` arguments with values that only the pod knows. */
const HIGH_AVAILABILITY_ARGS = ['-D', 'kubernetes.namespace=$(POD_NAMESPACE)'];

/** What JobManagers and TaskManagers differ in. */
export interface ProcessDeploymentProps extends Pick<
  ContainerOptions,
  'ports' | 'startupProbe' | 'readinessProbe' | 'livenessProbe'
> {
  readonly part: Exclude<FlinkPart, 'sql-client'>;
  readonly workload: Workload;
  readonly conf: ConfFolder;
  readonly process: FlinkProcessProps;
  readonly replicas: number;
  /**
   * Whether the number is left to an autoscaler, and `replicas` is the largest.
   * @default false
   */
  readonly isAutoscaled?: boolean;
  readonly strategy: k8s.DeploymentStrategy;
  readonly resources: Required<Resources>;
  /**
   * With high availability, whether the process is registered by the IP of its pod.
   * @default false
   */
  readonly registersByIp?: boolean;
  /**
   * Volumes of the pod only, by the folder where they are mounted.
   * @default - none
   */
  readonly localVolumes?: Readonly<Record<string, k8s.Volume>>;
}

/** The Deployment of a Flink process. Its pods roll when their configuration or their script changes. */
export function processDeployment(scope: Construct, props: ProcessDeploymentProps): k8s.KubeDeployment {
  const { part, workload, conf, process, replicas, localVolumes = {} } = props;
  const { image, storage, kubernetesAccess, application } = process;
  return new k8s.KubeDeployment(scope, 'deployment', {
    metadata: workload.metadata(),
    spec: {
      replicas: props.isAutoscaled === true ? undefined : replicas,
      selector: { matchLabels: { ...workload.selector } },
      strategy: props.strategy,
      template: podTemplate(scope, workload, {
        pod: process.pod,
        property: process.podProperty,
        uid: FLINK_UID,
        gracePeriod: FLINK_GRACE_PERIOD,
        serviceAccountName: kubernetesAccess?.serviceAccountName,
        spread: replicas > 1 ? workload : undefined,
        volumes: [
          conf.volume,
          ...(storage?.volumes ?? []),
          ...(application === undefined ? [] : [application.volume]),
          ...Object.values(localVolumes),
        ],
        containers: [
          {
            name: part,
            image,
            ...commandOf(props),
            ports: props.ports,
            resources: props.resources,
            startupProbe: props.startupProbe,
            readinessProbe: props.readinessProbe,
            livenessProbe: props.livenessProbe,
            mounts: [
              conf.mount,
              ...(storage?.mounts ?? []),
              ...(application === undefined ? [] : [application.mount]),
              ...Object.entries(localVolumes).map(([mountPath, { name }]) => ({ name, mountPath })),
            ],
            scratch: FLINK_SCRATCH,
          },
        ],
      }),
    },
  });
}

function commandOf({
  part,
  conf,
  process,
  registersByIp = false,
}: ProcessDeploymentProps): Pick<ContainerOptions, 'command' | 'env'> {
  const { kubernetesAccess, application } = process;
  const env = { ...conf.env, ...process.storage?.env };
  if (application !== undefined) {
    return { command: application.command(part), env: { ...env, ...application.env } };
  }
  const start = [`${FLINK_HOME}/bin/${part}.sh`, 'start-foreground'];
  if (kubernetesAccess === undefined) return { command: start, env };
  return {
    command: [...start, ...(registersByIp ? ['$(POD_IP)'] : []), ...HIGH_AVAILABILITY_ARGS],
    env: {
      ...env,
      ...(registersByIp ? { POD_IP: podField('status.podIP') } : {}),
      POD_NAMESPACE: podField('metadata.namespace'),
    },
  };
}
