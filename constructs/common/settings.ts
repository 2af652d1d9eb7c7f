/** What all constructs of a stack share. Set once on an App or a Chart, read by every construct below it. */
import type { IConstruct } from 'constructs';
import type { k8s } from '../../imports';
import { invalid } from './invalid';

/** What all constructs of a stack share. */
export interface StackSettings {
  /**
   * Registry, with or without a path, that every image is taken from instead of its own, for example `registry.example.com/mirror`.
   * @default - each image's own registry
   */
  readonly imageRegistry?: string;
  /**
   * Names of Secrets with the accounts of registries, which the stack does not make.
   * @default - none
   */
  readonly imagePullSecrets?: readonly string[];
  /**
   * Label `app.kubernetes.io/part-of` of every object.
   * @default 'kafka-flink-cluster'
   */
  readonly partOf?: string;
  /**
   * Whether pods can land on several nodes. Volumes that are a path on a node are refused then.
   * @default true
   */
  readonly multiNode?: boolean;
  /**
   * Makes a NetworkPolicy for each workload that lets through its typed links and nothing else.
   * @default false
   */
  readonly networkPolicies?: boolean;
  /**
   * Where the cluster's DNS answers, for NetworkPolicies.
   * @default - the pods labelled `k8s-app: kube-dns` in namespace `kube-system`
   */
  readonly dns?: readonly k8s.NetworkPolicyPeer[];
  /**
   * Where the Kubernetes API answers, for NetworkPolicies of pods that use it.
   * @default - everywhere but 10.244.0.0/16, on ports 443 and 6443: clusters have it at addresses of their own
   */
  readonly apiServer?: readonly k8s.NetworkPolicyPeer[];
  /**
   * Who may read metrics, for NetworkPolicies: Prometheus, for example `{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name':
   * 'monitoring' } } }`.
   * @default - nobody
   */
  readonly metricsFrom?: readonly k8s.NetworkPolicyPeer[];
  /**
   * Where clients from outside of the cluster (NodePorts) come from, for NetworkPolicies.
   * @default - everywhere but 10.244.0.0/16, the pods of kind, minikube and kubeadm with flannel
   */
  readonly outside?: readonly k8s.NetworkPolicyPeer[];
  /**
   * Options that neither Kafka nor Flink lists and that are not checked, by key; a `*` at the end stands for any ending. For plugins.
   * @default - none: an option that is not listed is refused
   */
  readonly customOptions?: readonly string[];
}

const KEY = 'cdk8s-kafka-flink:settings';

const NOT_PODS: k8s.NetworkPolicyPeer = { ipBlock: { cidr: '0.0.0.0/0', except: ['10.244.0.0/16'] } };

const DEFAULTS: Required<StackSettings> = {
  imageRegistry: '',
  imagePullSecrets: [],
  partOf: 'kafka-flink-cluster',
  multiNode: true,
  networkPolicies: false,
  dns: [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    },
  ],
  apiServer: [NOT_PODS],
  metricsFrom: [],
  outside: [NOT_PODS],
  customOptions: [],
};

/** Sets settings for all constructs that will be made below `scope`; what is not given, or undefined, stays as an outer scope has it. */
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

/** The settings that hold at `scope`. */
export function stackSettings(scope: IConstruct): Required<StackSettings> {
  return (scope.node.tryGetContext(KEY) as Required<StackSettings> | undefined) ?? DEFAULTS;
}
