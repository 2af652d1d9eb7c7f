/** What users can set on the pods of every construct, in addition to the construct's own props. */
import type { IConstruct } from 'constructs';
import type { k8s } from '../../imports';
import type { ContainerOptions } from './container';
import type { Environment } from './environment';
import { didYouMean, invalid } from './invalid';
import type { PodPlacement } from './pod-placement';
import type { SecretFiles } from './secret-files';

/** The service account of pods. Set exactly one of `name` and `annotations`. */
export interface ServiceAccountOptions {
  /**
   * Name of an existing account.
   * @default - `annotations`
   */
  readonly name?: string;
  /**
   * Annotations of an account that the construct makes, for example `eks.amazonaws.com/role-arn` (IRSA) or
   * `iam.gke.io/gcp-service-account` (Workload Identity). It has the name of the pods' workload.
   * @default - `name`
   */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Options of the pods that a construct makes. */
export interface PodOptions extends PodPlacement {
  /**
   * Service account of the pods. The pods do not get its token for the Kubernetes API, unless the construct
   * needs it. The identity webhooks of cloud providers mount their own tokens.
   * @default - the default account of the namespace
   */
  readonly serviceAccount?: ServiceAccountOptions;
  /**
   * More environment variables of the main container, for example from a Secret's keys. Variables that the
   * construct sets are refused.
   * @default - none
   */
  readonly env?: Environment;
  /**
   * Secrets that the main container reads as files.
   * @default - none
   */
  readonly secrets?: readonly SecretFiles[];
  /**
   * More volumes of the pods. The pods roll when a ConfigMap in them changes, if it is one of the app.
   * @default - none
   */
  readonly volumes?: readonly k8s.Volume[];
  /**
   * Where the main container mounts them.
   * @default - nowhere
   */
  readonly mounts?: readonly k8s.VolumeMount[];
  /**
   * Containers that run next to the main container. They are hardened as all containers of the stack are. In
   * the pods of a Job, they end with the main container, which needs Kubernetes 1.29.
   * @default - none
   */
  readonly sidecars?: readonly ContainerOptions[];
  /**
   * Containers that run one after the other before the main container, after those of the construct.
   * @default - none
   */
  readonly initContainers?: readonly ContainerOptions[];
}

/** The options of some pods and those of all pods of their cluster: those of `own` come first. */
export function mergePodOptions(all: PodOptions = {}, own: PodOptions = {}): PodOptions {
  const lists = ['tolerations', 'secrets', 'volumes', 'mounts', 'sidecars', 'initContainers'] as const;
  return {
    ...all,
    ...own,
    nodeSelector: { ...all.nodeSelector, ...own.nodeSelector },
    labels: { ...all.labels, ...own.labels },
    annotations: { ...all.annotations, ...own.annotations },
    env: { ...all.env, ...own.env },
    ...Object.fromEntries(lists.map((name) => [name, [...(own[name] ?? []), ...(all[name] ?? [])]])),
  };
}

/** Throws on volumes and mounts that do not fit together, with each other or with those of the construct. */
export function checkVolumes(
  scope: IConstruct,
  property: string,
  { volumes = [], mounts = [] }: Pick<PodOptions, 'volumes' | 'mounts'>,
  own: { readonly volumes: readonly string[]; readonly mountPaths: readonly string[] },
): void {
  volumes.forEach(({ name }, i) => {
    const taken = [...own.volumes, ...volumes.slice(0, i).map((other) => other.name)];
    if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name) && !taken.includes(name)) return;
    invalid(scope, {
      property: `${property}.volumes[${i}].name`,
      got: name,
      allowed: `lowercase letters, digits and \`-\`, and none of the pod's other volumes: ${taken.join(', ')}`,
      fix: 'Give it another name.',
    });
  });
  const names = [...own.volumes, ...volumes.map(({ name }) => name)];
  mounts.forEach(({ name, mountPath }, i) => {
    if (!names.includes(name)) {
      invalid(scope, {
        property: `${property}.mounts[${i}].name`,
        got: name,
        allowed: `a volume of the pod: ${names.join(', ')}`,
        fix: `Add it to ${property}.volumes, or correct the name.${didYouMean(name, names)}`,
      });
    }
    const taken = [...own.mountPaths, ...mounts.slice(0, i).map((other) => other.mountPath)];
    if (mountPath.startsWith('/') && !mountPath.includes(':') && !taken.includes(mountPath)) return;
    invalid(scope, {
      property: `${property}.mounts[${i}].mountPath`,
      got: mountPath,
      allowed: `an absolute path without a colon, and none of the container's other mounts: ${taken.join(', ')}`,
      fix: 'Mount it at another path.',
    });
  });
}
