/** A group of identical pods: its name, its labels and its connections. */
import { Chart, Lazy } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import { k8s } from '../../imports';
import type { ExternalEndpoint } from './endpoint';
import { imageVersion } from './images';
import { invalid } from './invalid';
import { checkNamespace, isSameNamespace, namespaceOf } from './namespace';
import { stackSettings } from './settings';
import { unlessEmpty } from './unless-empty';

/** Name and labels of a workload. */
export interface WorkloadProps {
  /** Name of the Deployment, StatefulSet or Job and of its Service; label `app.kubernetes.io/instance`. */
  readonly name: string;
  /** The program, label `app.kubernetes.io/name`: `kafka`, `flink`. */
  readonly app: string;
  /** Its part in the stack, label `app.kubernetes.io/component`: `broker`, `jobmanager`. */
  readonly component: string;
  /** Image whose tag becomes label `app.kubernetes.io/version`. */
  readonly image: string;
}

/** A range of ports that a program chooses from at run time, both ends included. */
export interface PortRange {
  /** Lowest port. */
  readonly first: number;
  /** Highest port. */
  readonly last: number;
}

/** Ports of pods of this stack. */
export interface PodEndpoint {
  /** Distinguishes it from servers that the stack does not make. */
  readonly kind: 'pods';
  /** The pods. */
  readonly workload: Workload;
  /** Container ports, TCP. */
  readonly ports: readonly (number | PortRange)[];
}

/** What a workload can connect to: pods of the stack, or a server that the stack does not make. */
export type Endpoint = PodEndpoint | ExternalEndpoint;

/** A link between workloads, for tests and diagrams. */
export interface NetworkEdge {
  /** The client. */
  readonly from: Workload;
  /** What it connects to. */
  readonly to: Endpoint;
}

/**
 * What all objects of a group of pods share. With NetworkPolicies, a link made with `connectTo` allows the
 * connection on both sides: egress of this workload and ingress of the other.
 */
export class Workload extends Construct {
  /** Name of the Deployment, StatefulSet or Job and of its Service. */
  readonly name: string;
  /** Labels of every object of the workload. */
  readonly labels: Readonly<Record<string, string>>;
  /** Labels that select the pods; they never change. */
  readonly selector: Readonly<Record<string, string>>;
  private readonly outgoing: Endpoint[] = [];
  private readonly incoming: { readonly from: Workload; readonly ports: PodEndpoint['ports'] }[] = [];
  private readonly metrics: number[] = [];
  private readonly outside: { readonly port: number; readonly nodePort: number | undefined }[] = [];
  private readonly routed: number[] = [];

  constructor(scope: Construct, id: string, props: WorkloadProps) {
    super(scope, id);
    this.name = props.name;
    this.checkName();
    this.selector = { 'app.kubernetes.io/name': props.app, 'app.kubernetes.io/instance': props.name };
    const version = imageVersion(scope, props.image);
    this.labels = {
      ...this.selector,
      'app.kubernetes.io/component': props.component,
      'app.kubernetes.io/part-of': stackSettings(scope).partOf,
      'app.kubernetes.io/managed-by': 'cdk8s',
      ...(version === undefined ? {} : { 'app.kubernetes.io/version': version }),
    };
    if (stackSettings(scope).networkPolicies) this.makePolicy();
  }

  /** Metadata of an object of the workload; its name is the workload's, unless another is given. */
  metadata(name: string = this.name): Required<Pick<k8s.ObjectMeta, 'name' | 'labels'>> {
    return { name, labels: { ...this.labels } };
  }

  /** The endpoint that clients connect to: these pods at these container ports. */
  endpoint(...ports: (number | PortRange)[]): PodEndpoint {
    return { kind: 'pods', workload: this, ports };
  }

  /** Makes this workload's pods clients of an endpoint. */
  connectTo(endpoint: Endpoint): void {
    if (endpoint.kind === 'pods') {
      this.checkNamespace(endpoint.workload);
      if (Chart.of(endpoint.workload) === Chart.of(this)) {
        endpoint.workload.incoming.push({ from: this, ports: endpoint.ports });
      } else {
        this.openElsewhere(endpoint);
      }
    }
    this.outgoing.push(endpoint);
  }

  /** Whether there is a link to an endpoint. */
  isConnectedTo(endpoint: Endpoint): boolean {
    return this.outgoing.some((to) =>
      to.kind === 'pods' && endpoint.kind === 'pods'
        ? to.workload === endpoint.workload && endpoint.ports.every((port) => to.ports.includes(port))
        : to === endpoint,
    );
  }

  /**
   * Opens a container port to clients outside the cluster.
   * @param nodePort port of every node, which must be unique; without, the port of a load balancer
   */
  exposeToOutside(port: number, nodePort?: number): void {
    if (nodePort !== undefined) this.checkNodePort(nodePort);
    this.outside.push({ port, nodePort });
  }

  /** Opens a container port to the pods of ingress controllers and gateways. */
  exposeToIngress(port: number): void {
    this.routed.push(port);
  }

  /** Lets the stack's `metricsFrom` peers read metrics at a container port. */
  exposeMetrics(port: number): void {
    this.metrics.push(port);
  }

  /** Links of this workload, in the order in which they were made. */
  get edges(): NetworkEdge[] {
    return this.outgoing.map((to) => ({ from: this, to }));
  }

  /** Container ports that are open to clients outside the cluster. */
  get outsidePorts(): number[] {
    return [...new Set(this.outside.map(({ port }) => port))];
  }

  /** The construct that the workload belongs to. */
  private get owner(): IConstruct {
    return this.node.scope ?? this;
  }

  private checkNodePort(nodePort: number): void {
    if (!Number.isInteger(nodePort) || nodePort < 30000 || nodePort > 32767) {
      invalid(this.owner, {
        property: 'nodePort',
        got: nodePort,
        allowed: '30000 to 32767, the NodePort range of Kubernetes',
        fix: 'Choose a port within it and map it to the wanted one outside (kind: extraPortMappings).',
      });
    }
    const holder = workloads(this.node.root).find(
      (other) => isSameNamespace(this, other) && other.outside.some((it) => it.nodePort === nodePort),
    );
    if (holder !== undefined) {
      invalid(this.owner, {
        property: 'nodePort',
        got: nodePort,
        allowed: `a port that no other Service has; ${holder.owner.node.path} has this one for ${holder.name}`,
        fix: 'Give one of them another port.',
      });
    }
  }

  private checkName(): void {
    if (!/^[a-z]([a-z0-9-]{0,50}[a-z0-9])?$/.test(this.name)) {
      invalid(this.owner, {
        property: 'name',
        got: this.name,
        allowed: 'a letter, then letters, digits and `-`, lowercase, at most 52 characters',
        fix: 'Shorten or change it: it is the name of Services and pods, and a label.',
      });
    }
    checkNamespace(this.owner);
    const twin = workloads(this.node.root).find(
      (other) => other !== this && other.name === this.name && isSameNamespace(this, other),
    );
    if (twin === undefined) return;
    invalid(this.owner, {
      property: 'name',
      got: this.name,
      allowed: `a name that no other workload of the namespace has; ${twin.owner.node.path} has this one`,
      fix: 'Give one of them another `name` or namespace, or make its chart in an App of its own if it is for another cluster.',
    });
  }

  private checkNamespace(other: Workload): void {
    if (namespaceOf(this) === namespaceOf(other)) return;
    invalid(this.owner, {
      property: `link to ${other.name}`,
      got: `namespace ${namespaceOf(other) ?? '(not set)'}`,
      allowed: `its own namespace, ${namespaceOf(this) ?? '(not set)'}`,
      fix: `Link to it by its address, for example Kafka.fromBootstrapServers('${other.name}.${namespaceOf(other) ?? 'NAMESPACE'}:PORT').`,
    });
  }

  private makePolicy(): void {
    new k8s.KubeNetworkPolicy(this, 'policy', {
      metadata: this.metadata(),
      // Links are made after the workload, by the constructs that use it.
      spec: Lazy.any({ produce: () => this.policySpec() }) as k8s.NetworkPolicySpec,
    });
  }

  /**
   * The server's own policy is in another manifest. NetworkPolicies are additive, so this one stays separate.
   */
  private openElsewhere({ workload }: PodEndpoint): void {
    const name = `${this.name}-to-${workload.name}`;
    if (!stackSettings(this).networkPolicies || this.node.tryFindChild(name) !== undefined) return;
    const ingress = (): k8s.NetworkPolicyIngressRule[] =>
      this.outgoing.flatMap((to) =>
        to.kind === 'pods' && to.workload === workload
          ? [{ from: [{ podSelector: { matchLabels: { ...this.selector } } }], ports: tcp(to.ports) }]
          : [],
      );
    new k8s.KubeNetworkPolicy(this, name, {
      metadata: this.metadata(name),
      spec: {
        podSelector: { matchLabels: { ...workload.selector } },
        policyTypes: ['Ingress'],
        ingress: Lazy.any({ produce: () => distinct(ingress()) }) as k8s.NetworkPolicyIngressRule[],
      },
    });
  }

  private policySpec(): k8s.NetworkPolicySpec {
    const { dns, outside, ingressFrom, metricsFrom } = stackSettings(this);
    const names = {
      to: [...dns],
      ports: [
        { protocol: 'UDP', port: k8s.IntOrString.fromNumber(53) },
        { protocol: 'TCP', port: k8s.IntOrString.fromNumber(53) },
      ],
    };
    const ingress: k8s.NetworkPolicyIngressRule[] = this.incoming.map(({ from, ports }) => ({
      from: [{ podSelector: { matchLabels: { ...from.selector } } }],
      ports: tcp(ports),
    }));
    if (this.outside.length > 0) ingress.push({ from: [...outside], ports: tcp(this.outsidePorts) });
    if (this.routed.length > 0) ingress.push({ from: [...ingressFrom], ports: tcp(this.routed) });
    if (this.metrics.length > 0 && metricsFrom.length > 0) {
      ingress.push({ from: [...metricsFrom], ports: tcp(this.metrics) });
    }
    const egress = this.outgoing.map((endpoint) => ({ to: peersOf(endpoint), ports: tcp(endpoint.ports) }));
    return {
      podSelector: { matchLabels: { ...this.selector } },
      policyTypes: ['Ingress', 'Egress'],
      // A policy without rules allows nothing.
      ingress: unlessEmpty(distinct(ingress)),
      egress: egress.length === 0 ? undefined : [names, ...distinct(egress)],
    };
  }
}

/** All workloads below a construct. */
export function workloads(root: IConstruct): Workload[] {
  return root.node.findAll().filter((child): child is Workload => child instanceof Workload);
}

/** All typed links below a construct. */
export function networkEdges(root: IConstruct): NetworkEdge[] {
  return workloads(root).flatMap((workload) => workload.edges);
}

function peersOf(endpoint: Endpoint): k8s.NetworkPolicyPeer[] {
  if (endpoint.kind === 'external') return [...endpoint.peers];
  return [{ podSelector: { matchLabels: { ...endpoint.workload.selector } } }];
}

function tcp(ports: PodEndpoint['ports']): k8s.NetworkPolicyPort[] {
  return ports.map((port) =>
    typeof port === 'number'
      ? { protocol: 'TCP', port: k8s.IntOrString.fromNumber(port) }
      : { protocol: 'TCP', port: k8s.IntOrString.fromNumber(port.first), endPort: port.last },
  );
}

function distinct<Rule>(rules: readonly Rule[]): Rule[] {
  return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
}
