/** Servers that the stack does not make, and how NetworkPolicies select them. */
import type { IConstruct } from 'constructs';
import type { k8s } from '../../imports';
import { stackSettings } from './settings';

/** A server that the stack does not make. */
export interface ExternalEndpoint {
  /** Distinguishes it from pods of the stack. */
  readonly kind: 'external';
  /** Name in diagrams and messages. */
  readonly name: string;
  /** TCP ports that it listens on. */
  readonly ports: readonly number[];
  /** How NetworkPolicies select it. */
  readonly peers: readonly k8s.NetworkPolicyPeer[];
}

/** The Kubernetes API, for pods that have a token. */
export function kubernetesApi(scope: IConstruct): ExternalEndpoint {
  return {
    kind: 'external',
    name: 'Kubernetes API',
    ports: [443, 6443],
    peers: stackSettings(scope).apiServer,
  };
}

/** A host and a port, as in `kafka.data.svc:9092`. */
export interface HostAndPort {
  /** Name or IPv4 address. */
  readonly host: string;
  /** TCP port. */
  readonly port: number;
}

const ANYWHERE: k8s.NetworkPolicyPeer = { ipBlock: { cidr: '0.0.0.0/0' } };

/**
 * The endpoint of a service that the stack does not make. NetworkPolicies select pods and IP addresses, not
 * host names. For an IPv4 address, the policy allows only that address. For `service.namespace.svc`, it
 * allows the pods of that namespace, which have to listen on the Service's port. For any other name, it
 * allows every address at that port.
 */
export function externalEndpoint(name: string, hosts: readonly HostAndPort[]): ExternalEndpoint {
  const peers = new Map(
    hosts.flatMap(({ host }) => peersOf(host)).map((peer) => [JSON.stringify(peer), peer] as const),
  );
  return {
    kind: 'external',
    name,
    ports: [...new Set(hosts.map(({ port }) => port))],
    peers: [...peers.values()],
  };
}

function peersOf(host: string): k8s.NetworkPolicyPeer[] {
  if (/^\d+(\.\d+){3}$/.test(host)) return [{ ipBlock: { cidr: `${host}/32` } }];
  const [, namespace] = /\.([^.]+)\.svc(?:\.|$)/.exec(host) ?? [];
  if (namespace !== undefined) return [inNamespace(namespace)];
  const labels = host.split('.');
  // A bare name is a Service of the same namespace. Two labels can be `service.namespace` or a public name.
  if (labels.length === 1) return [{ podSelector: {} }];
  return labels.length === 2 ? [inNamespace(labels[1] ?? ''), ANYWHERE] : [ANYWHERE];
}

function inNamespace(namespace: string): k8s.NetworkPolicyPeer {
  return {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    podSelector: {},
  };
}
