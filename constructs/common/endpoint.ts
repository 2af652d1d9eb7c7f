/** What a workload can be linked to. */
import type { IConstruct } from 'constructs';
import type { k8s } from '../../imports';
import { stackSettings } from './settings';
import type { Workload } from './workload';

/** Ports that a program picks from at run time, both ends included. */
export interface PortRange {
  /** Lowest port. */
  readonly first: number;
  /** Highest port. */
  readonly last: number;
}

/** Ports of pods of this stack. */
export interface PodEndpoint {
  /** Tells it from what runs elsewhere. */
  readonly kind: 'pods';
  /** The pods. */
  readonly workload: Workload;
  /** Container ports, TCP. */
  readonly ports: readonly (number | PortRange)[];
}

/** Something that runs elsewhere. */
export interface ExternalEndpoint {
  /** Tells it from pods of the stack. */
  readonly kind: 'external';
  /** For diagrams and messages. */
  readonly name: string;
  /** TCP ports that it answers on. */
  readonly ports: readonly number[];
  /** What NetworkPolicies know it by. */
  readonly peers: readonly k8s.NetworkPolicyPeer[];
}

/** What a workload can be linked to: pods of the stack, or something that runs elsewhere. */
export type Endpoint = PodEndpoint | ExternalEndpoint;

/** The Kubernetes API, for pods that have a token. */
export function kubernetesApi(scope: IConstruct): ExternalEndpoint {
  return {
    kind: 'external',
    name: 'Kubernetes API',
    ports: [443, 6443],
    peers: stackSettings(scope).apiServer,
  };
}

/** A host and port that someone gave, for example of `kafka.data.svc:9092`. */
export interface HostAndPort {
  /** Name or IPv4 address. */
  readonly host: string;
  /** TCP port. */
  readonly port: number;
}

const ANYWHERE: k8s.NetworkPolicyPeer = { ipBlock: { cidr: '0.0.0.0/0' } };

/**
 * The endpoint of a service that the stack does not make. NetworkPolicies know pods and addresses, no names of hosts: an IPv4 address
 * is let through alone, `service.namespace.svc` by that namespace (its pods have to listen on the Service's port), any other name by its
 * port alone.
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
  // A bare name is a Service of the own namespace. Two labels are `service.namespace` or a public name: nothing tells which.
  if (labels.length === 1) return [{ podSelector: {} }];
  return labels.length === 2 ? [inNamespace(labels[1] ?? ''), ANYWHERE] : [ANYWHERE];
}

function inNamespace(namespace: string): k8s.NetworkPolicyPeer {
  return {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    podSelector: {},
  };
}
