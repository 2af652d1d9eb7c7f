/** Every port that a stack's pods and Services have, and which workloads its typed links let at them. */
import { kubernetesApi } from '../../../constructs/common/endpoint';
import type { Endpoint, PortRange } from '../../../constructs/common/workload';
import { networkEdges, workloads } from '../../../constructs/index';
import { Cluster } from './cluster';
import { instanceOf, isReady, type Pod, type Service } from './objects';
import type { Target } from './prober';
import type { Stack } from './stack';

/** A port of the stack as a client would try it. */
export interface Place extends Target {
  /** For messages: `service kafka-broker:9092`, `pod kafka-broker-0:9093`. */
  readonly name: string;
  /** Workload behind it, and the container port that the connection comes to. */
  readonly workload: string;
  readonly containerPort: number;
}

/** All ports of the stack's Services, and of its pods directly. */
export async function placesOf(cluster: Cluster): Promise<Place[]> {
  const pods = (await cluster.pods()).filter(isReady);
  const services = (await cluster.services()).filter(({ spec }) => spec.clusterIP !== 'None');
  return [...services.flatMap((service) => placesOfService(service, pods)), ...pods.flatMap(placesOfPod)];
}

function placesOfService({ metadata, spec }: Service, pods: readonly Pod[]): Place[] {
  const behind = pods.find((pod) =>
    Object.entries(spec.selector).every(([label, value]) => pod.metadata.labels?.[label] === value),
  );
  if (behind === undefined) throw new Error(`no pod is behind Service ${metadata.name}`);
  return spec.ports.map(({ port, targetPort }) => {
    const container = portsOf(behind).find(({ name, containerPort }) =>
      [name, containerPort].includes(targetPort),
    );
    if (container === undefined)
      throw new Error(`Service ${metadata.name} leads to no port of ${behind.metadata.name}`);
    return {
      name: `service ${metadata.name}:${port}`,
      host: spec.clusterIP,
      port,
      workload: instanceOf(behind),
      containerPort: container.containerPort,
    };
  });
}

function placesOfPod(pod: Pod): Place[] {
  return portsOf(pod).map(({ containerPort }) => ({
    name: `pod ${pod.metadata.name}:${containerPort}`,
    host: pod.status.podIP ?? '',
    port: containerPort,
    workload: instanceOf(pod),
    containerPort,
  }));
}

function portsOf({ spec }: Pod): { readonly name?: string; readonly containerPort: number }[] {
  return spec.containers.flatMap(({ ports }) => ports ?? []);
}

/** The Kubernetes API, where pods find it. */
export async function placeOfApi({ chart }: Stack): Promise<Place> {
  const services = await new Cluster('default').services();
  const api = services.find(({ metadata }) => metadata.name === 'kubernetes');
  const port = 443;
  const { name } = kubernetesApi(chart);
  return { name, host: api?.spec.clusterIP ?? '', port, workload: name, containerPort: port };
}

/** A workload that connects to others. */
export interface Client {
  readonly name: string;
  /** The labels that NetworkPolicies know it by. */
  readonly labels: Readonly<Record<string, string>>;
  /** Whether one of its links leads to a place. */
  readonly mayReach: (place: Place) => boolean;
}

/** All workloads of a chart with what their links let them at. */
export function clientsOf({ chart }: Stack): Client[] {
  const edges = networkEdges(chart);
  return workloads(chart).map((client) => {
    const endpoints = edges.filter(({ from }) => from === client).map(({ to }) => to);
    return {
      name: client.name,
      labels: client.selector,
      mayReach: (place) => endpoints.some((endpoint) => leadsTo(endpoint, place)),
    };
  });
}

function leadsTo(endpoint: Endpoint, { workload, containerPort }: Place): boolean {
  const name = endpoint.kind === 'pods' ? endpoint.workload.name : endpoint.name;
  return name === workload && endpoint.ports.some((port) => includes(port, containerPort));
}

function includes(port: number | PortRange, number: number): boolean {
  return typeof port === 'number' ? port === number : port.first <= number && number <= port.last;
}
