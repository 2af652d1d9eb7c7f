/** Settings of a stack: set once on an App or a Chart, and read by every construct below it. */
import type { IConstruct } from 'constructs';
import type { k8s } from '../../imports';
import { invalid } from './invalid';
import type { PodPlacement } from './pod-placement';

/** Settings that all constructs of a stack share. */
export interface StackSettings {
  /**
   * Registry, with an optional path, that all images are pulled from instead of their own, for example
   * `registry.example.com/mirror`.
   * @default - each image's own registry
   */
  readonly imageRegistry?: string;
  /**
   * Names of Secrets with credentials for registries. The stack does not create them.
   * @default - none
   */
  readonly imagePullSecrets?: readonly string[];
  /**
   * Where the pods of the stack run, and their labels and annotations. What a construct's `pod` says comes
   * first; lists and maps are joined.
   * @default - anywhere, without more labels
   */
  readonly pods?: PodPlacement;
  /**
   * Label `app.kubernetes.io/part-of` of every object.
   * @default 'kafka-flink-cluster'
   */
  readonly partOf?: string;
  /**
   * Whether the cluster has several nodes. If so, host path volumes are refused.
   * @default true
   */
  readonly multiNode?: boolean;
  /**
   * Creates a NetworkPolicy for each workload that allows only its typed links. It needs a cluster whose
   * network enforces policies.
   * @default true
   */
  readonly networkPolicies?: boolean;
  /**
   * Peers that are the cluster's DNS, for NetworkPolicies.
   * @default - the pods labelled `k8s-app: kube-dns` in namespace `kube-system`
   */
  readonly dns?: readonly k8s.NetworkPolicyPeer[];
  /**
   * Peers that are the Kubernetes API, for NetworkPolicies of pods that use it.
   * @default - all addresses except 10.244.0.0/16, on ports 443 and 6443, because the address differs between
   * clusters
   */
  readonly apiServer?: readonly k8s.NetworkPolicyPeer[];
  /**
   * Peers that may read metrics, for NetworkPolicies. For Prometheus, for example `{ namespaceSelector: {
   * matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }`.
   * @default - nobody
   */
  readonly metricsFrom?: readonly k8s.NetworkPolicyPeer[];
  /**
   * Peers that may connect from outside the cluster, through NodePorts and load balancers, for
   * NetworkPolicies.
   * @default - all addresses except 10.244.0.0/16, the pods of kind, minikube and kubeadm with flannel
   */
  readonly outside?: readonly k8s.NetworkPolicyPeer[];
  /**
   * Peers that are ingress controllers and gateways, for NetworkPolicies of services with such an access.
   * @default - the pods of namespace `ingress-nginx`
   */
  readonly ingressFrom?: readonly k8s.NetworkPolicyPeer[];
  /**
   * Keys of options that Kafka and Flink do not list, for example of plugins. They are not checked. A `*` at
   * the end matches any ending.
   * @default - none: an option that is not listed is refused
   */
  readonly customOptions?: readonly string[];
}

const KEY = 'cdk8s-kafka-flink:settings';

const NOT_PODS: k8s.NetworkPolicyPeer = { ipBlock: { cidr: '0.0.0.0/0', except: ['10.244.0.0/16'] } };

const DEFAULTS: Required<StackSettings> = {
  imageRegistry: '',
  imagePullSecrets: [],
  pods: {},
  partOf: 'kafka-flink-cluster',
  multiNode: true,
  networkPolicies: true,
  dns: [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    },
  ],
  apiServer: [NOT_PODS],
  metricsFrom: [],
  outside: [NOT_PODS],
  ingressFrom: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } } }],
  customOptions: [],
};

/**
 * Sets settings for all constructs that are created below `scope` later. Settings that are not given keep the
 * outer scope's value.
 */
export function configureStack(scope: IConstruct, settings: StackSettings): void {
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  checkSettings(scope, settings);
  scope.node.setContext(KEY, { ...stackSettings(scope), ...given });
}

function checkSettings(scope: IConstruct, { partOf, imageRegistry }: StackSettings): void {
  const [first] = scope.node.children;
  if (first !== undefined) {
    invalid(scope, {
      property: 'configureStack',
      got: `called after ${first.node.path} was made`,
      allowed: 'a call before anything is made below the construct',
      fix: 'Move it up: constructs that exist do not get the settings.',
    });
  }
  if (partOf !== undefined && !/^[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/.test(partOf)) {
    invalid(scope, {
      property: 'partOf',
      got: partOf,
      allowed:
        'the value of a label: at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends',
      fix: 'Change it: every object has it as its label app.kubernetes.io/part-of.',
    });
  }
  if (imageRegistry !== undefined && !/^([\w.-]+(:\d+)?(\/[\w.-]+)*\/*)?$/.test(imageRegistry)) {
    invalid(scope, {
      property: 'imageRegistry',
      got: imageRegistry,
      allowed: 'a host, with or without a port and a path, and without a protocol',
      fix: 'Write it as an image name begins, for example registry.example.com/mirror.',
    });
  }
}

/** The settings that apply at `scope`. */
export function stackSettings(scope: IConstruct): Required<StackSettings> {
  return (scope.node.tryGetContext(KEY) as Required<StackSettings> | undefined) ?? DEFAULTS;
}
