/** Pods that Pod Security `restricted` admits: every pod of the stack is made here. */
import { Lazy, type Duration } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import { k8s } from '../../imports';
import { hardenedContainer, type ContainerOptions } from './container';
import { mergeEnvironment } from './environment';
import { CONFIG_HASH, contentHash } from './hash';
import { invalid } from './invalid';
import { checkKept } from './kept';
import { mountedConfig } from './mounted-config';
import { checkVolumes, mergePodOptions, type PodOptions } from './pod-options';
import { checkKey, checkLabels } from './pod-placement';
import { secretFiles } from './secret-files';
import { stackSettings } from './settings';
import { unlessEmpty } from './unless-empty';
import type { Workload } from './workload';

/** A pod as its construct describes it. */
export interface PodDescription {
  /** User that all containers run as: a number, as Kubernetes cannot tell whether a name is root. */
  readonly uid: number;
  /** @default - the same number as `uid` */
  readonly gid?: number;
  /** The main container first. */
  readonly containers: readonly ContainerOptions[];
  /** @default - none */
  readonly initContainers?: readonly ContainerOptions[];
  /**
   * Containers that end with the main one. In a pod that is not restarted they are init containers, which
   * have to get `restartPolicy: Always`.
   * @default - none
   */
  readonly sidecars?: readonly ContainerOptions[];
  /** Volumes other than scratch folders. */
  readonly volumes?: readonly k8s.Volume[];
  /** Time between SIGTERM and SIGKILL. */
  readonly gracePeriod: Duration;
  /** @default 'Always' */
  readonly restartPolicy?: 'Always' | 'OnFailure' | 'Never';
  /**
   * Account whose token the pod gets, to talk to the Kubernetes API.
   * @default - no token
   */
  readonly serviceAccountName?: string;
  /**
   * Spreads the pods of this workload over nodes and zones.
   * @default - not spread
   */
  readonly spread?: Workload;
}

/** A pod of a workload, with what the user sets on it. */
export interface PodTemplateOptions extends PodDescription {
  /** The user's options. */
  readonly pod: PodOptions | undefined;
  /**
   * Name of the prop of the user's options.
   * @default 'pod'
   */
  readonly property?: string;
  /**
   * Volumes that the pod gets with its workload, such as claims of a StatefulSet.
   * @default - none
   */
  readonly otherVolumes?: readonly string[];
}

/** Largest size of each scratch folder. */
const SCRATCH_LIMIT = '256Mi';

/**
 * The template of a workload's pods. The pods roll when a ConfigMap of the app that they mount changes,
 * changes by JSON patches included.
 */
export function podTemplate(
  scope: Construct,
  workload: Workload,
  options: PodTemplateOptions,
): k8s.PodTemplateSpec {
  const { pod, property = 'pod', ...own } = options;
  const user = mergePodOptions(stackSettings(scope).pods, pod);
  const { labels = {}, annotations = {}, nodeSelector = {}, tolerations = [] } = user;
  checkLabels(scope, `${property}.labels`, labels, workload.labels);
  for (const name of Object.keys(annotations)) checkKey(scope, `${property}.annotations`, name);
  checkLabels(scope, `${property}.nodeSelector`, nodeSelector);
  checkFields(scope, property, user);
  const account = serviceAccount(scope, workload, property, user, own.serviceAccountName);
  const spec = hardenedPod(scope, withUserContainers(scope, property, own, user));
  return {
    metadata: {
      labels: { ...labels, ...workload.labels },
      annotations: Lazy.any({
        produce: () => {
          const config = mountedConfig(scope, spec);
          if (config === undefined) return Object.keys(annotations).length === 0 ? undefined : annotations;
          return { ...annotations, [CONFIG_HASH]: contentHash(config) };
        },
      }) as Record<string, string>,
    },
    spec: {
      ...spec,
      serviceAccountName: account,
      nodeSelector: Object.keys(nodeSelector).length === 0 ? undefined : { ...nodeSelector },
      tolerations: unlessEmpty(tolerations),
      affinity: user.affinity,
      priorityClassName: user.priorityClassName,
    },
  };
}

/** Throws on fields that the typed objects do not have. */
function checkFields(
  scope: Construct,
  property: string,
  { tolerations = [], volumes = [], mounts = [], affinity }: PodOptions,
): void {
  tolerations.forEach((it, i) => {
    checkKept(scope, `${property}.tolerations[${i}]`, it, k8s.toJson_Toleration);
  });
  volumes.forEach((it, i) => {
    checkKept(scope, `${property}.volumes[${i}]`, it, k8s.toJson_Volume);
  });
  mounts.forEach((it, i) => {
    checkKept(scope, `${property}.mounts[${i}]`, it, k8s.toJson_VolumeMount);
  });
  if (affinity !== undefined) checkKept(scope, `${property}.affinity`, affinity, k8s.toJson_Affinity);
}

/**
 * A pod that runs without root, capabilities, service variables or an unused token. Only the named folders
 * are writable.
 */
export function hardenedPod(scope: IConstruct, description: PodDescription): k8s.PodSpec {
  const { uid, gid = uid, sidecars = [], volumes = [], spread } = description;
  const endsByItself = description.restartPolicy === 'Never';
  const initContainers = [...(description.initContainers ?? []), ...(endsByItself ? sidecars : [])];
  const containers = [...description.containers, ...(endsByItself ? [] : sidecars)];
  const scratch = new Set(
    [...initContainers, ...containers].flatMap((container) => Object.keys(container.scratch ?? {})),
  );
  const pullSecrets = stackSettings(scope).imagePullSecrets.map((name) => ({ name }));
  return {
    imagePullSecrets: unlessEmpty(pullSecrets),
    automountServiceAccountToken: description.serviceAccountName !== undefined,
    serviceAccountName: description.serviceAccountName,
    // A Service named `kafka…` would set KAFKA…_PORT=tcp://…, which images read as a setting.
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: uid,
      runAsGroup: gid,
      fsGroup: gid,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    terminationGracePeriodSeconds: description.gracePeriod.toSeconds(),
    restartPolicy: description.restartPolicy,
    topologySpreadConstraints: spread === undefined ? undefined : spreadOver(spread),
    initContainers: unlessEmpty(initContainers.map((it) => hardenedContainer(scope, it))),
    containers: containers.map((it) => hardenedContainer(scope, it)),
    volumes: unlessEmpty([
      ...volumes,
      ...[...scratch].map((name) => ({
        name,
        emptyDir: { sizeLimit: k8s.Quantity.fromString(SCRATCH_LIMIT) },
      })),
    ]),
  };
}

/** The construct's description with the user's variables, volumes and containers in it. */
function withUserContainers(
  scope: Construct,
  property: string,
  { otherVolumes = [], ...own }: Omit<PodTemplateOptions, 'pod' | 'property'>,
  user: PodOptions,
): PodDescription {
  const [main, ...others] = own.containers;
  if (main === undefined) throw new Error(`${scope.node.path}: a pod needs a container`);
  const { sidecars = [], initContainers = [], volumes = [], mounts = [] } = user;
  const ownContainers = [...own.containers, ...(own.initContainers ?? [])];
  checkContainerNames(scope, property, ownContainers, { initContainers, sidecars });
  const scratch = [...ownContainers, ...sidecars, ...initContainers].flatMap((it) =>
    Object.keys(it.scratch ?? {}),
  );
  const ownVolumes = [...(own.volumes ?? []).map(({ name }) => name), ...scratch, ...otherVolumes];
  const ownPaths = [
    ...(main.mounts ?? []).map(({ mountPath }) => mountPath),
    ...Object.values(main.scratch ?? {}),
  ];
  const secrets = secretFiles(scope, `${property}.secrets`, user.secrets);
  checkVolumes(scope, property, user, {
    volumes: [...new Set([...ownVolumes, ...secrets.volumes.map(({ name }) => name)])],
    mountPaths: [...ownPaths, ...secrets.mounts.map(({ mountPath }) => mountPath)],
  });
  return {
    ...own,
    volumes: [...(own.volumes ?? []), ...secrets.volumes, ...volumes],
    initContainers: [...(own.initContainers ?? []), ...initContainers],
    containers: [
      {
        ...main,
        env: mergeEnvironment(scope, `${property}.env`, main.env ?? {}, user.env ?? {}),
        mounts: [...(main.mounts ?? []), ...secrets.mounts, ...mounts],
      },
      ...others,
    ],
    sidecars,
  };
}

function checkContainerNames(
  scope: Construct,
  property: string,
  own: readonly ContainerOptions[],
  user: Readonly<Record<'initContainers' | 'sidecars', readonly ContainerOptions[]>>,
): void {
  const taken = own.map(({ name }) => name);
  for (const kind of ['initContainers', 'sidecars'] as const) {
    user[kind].forEach(({ name, uid }, i) => {
      if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name) || taken.includes(name)) {
        invalid(scope, {
          property: `${property}.${kind}[${i}].name`,
          got: name,
          allowed: `lowercase letters, digits and \`-\`, and none of the pod's other containers: ${taken.join(', ')}`,
          fix: 'Give it another name.',
        });
      }
      if (uid === 0) {
        invalid(scope, {
          property: `${property}.${kind}[${i}].uid`,
          got: uid,
          allowed: 'a user that is not root: Pod Security refuses root',
          fix: 'Set the number of another user, or leave it out.',
        });
      }
      taken.push(name);
    });
  }
}

/** Name of the pods' account; makes the account where the user sets its annotations. */
function serviceAccount(
  scope: Construct,
  workload: Workload,
  property: string,
  { serviceAccount: account }: PodOptions,
  own: string | undefined,
): string | undefined {
  // With an account of its own, the construct has made or checked it.
  if (own !== undefined || account === undefined) return own;
  return resolveServiceAccount(scope, workload, property, account);
}

/** Name of an account; makes it where the user sets its annotations. */
export function resolveServiceAccount(
  scope: Construct,
  workload: Workload,
  property: string,
  { name, annotations }: NonNullable<PodOptions['serviceAccount']>,
): string {
  if ((name === undefined) === (annotations === undefined)) {
    invalid(scope, {
      property: `${property}.serviceAccount`,
      got: name === undefined ? 'neither name nor annotations' : 'name and annotations',
      allowed: 'exactly one of the two',
      fix: 'Set name for an account that exists, or annotations for one that the construct makes.',
    });
  }
  if (name !== undefined) return name;
  for (const key of Object.keys(annotations ?? {})) {
    checkKey(scope, `${property}.serviceAccount.annotations`, key);
  }
  new k8s.KubeServiceAccount(scope, 'service-account', {
    metadata: {
      ...workload.metadata(),
      annotations: Object.keys(annotations ?? {}).length === 0 ? undefined : annotations,
    },
    // Each pod decides whether it mounts the token.
    automountServiceAccountToken: false,
  });
  return workload.name;
}

function spreadOver(workload: Workload): k8s.TopologySpreadConstraint[] {
  return ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
    topologyKey,
    maxSkew: 1,
    // Pods must still start elsewhere when a node or a zone is down.
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: { ...workload.selector } },
  }));
}
