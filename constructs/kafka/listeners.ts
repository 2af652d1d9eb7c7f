/** Ways into the brokers. */
import type { IConstruct } from 'constructs';
import { PORTS } from '../../contract';
import type { LoadBalancerOptions } from '../common/access';
import { invalid, requireInteger } from '../common/invalid';
import type { KafkaListenerConfig, KafkaProtocol } from '../config/kafka-listeners';

/** A way into the brokers. */
export interface KafkaListener {
  /** In capital letters, digits and `_`. */
  readonly name: string;
  /** Port of the broker's container, and what clients connect to. */
  readonly port: number;
  /**
   * Anything but PLAINTEXT needs its keys and accounts from `properties`, `pod.env` and `pod.secrets`.
   * @default 'PLAINTEXT'
   */
  readonly protocol?: KafkaProtocol;
  /**
   * Who reaches it: pods of the cluster, clients outside by a port of every node for each broker, or clients
   * outside by a load balancer for each broker.
   */
  readonly reach: 'pods' | 'host' | 'loadBalancer';
  /**
   * With reach `host`: port of every node for the first broker, 30000 to 32767; each broker after it has the
   * next one.
   * @default 30092
   */
  readonly nodePort?: number;
  /**
   * With reach `host`: what clients outside know the nodes by. With reach `loadBalancer`: the name of each
   * broker's load balancer, with `{broker}` for the broker's number: `kafka-{broker}.example.com`.
   * @default - 'localhost' with reach `host`; required with reach `loadBalancer`
   */
  readonly advertisedHost?: string;
  /**
   * With reach `host`: port at which clients outside reach the first broker; each broker after it has the
   * next one. With reach `loadBalancer`: port of every load balancer.
   * @default - the listener's port
   */
  readonly advertisedPort?: number;
  /**
   * With reach `loadBalancer`: annotations, source ranges and class of the load balancers. `{broker}` in
   * annotations becomes the broker's number, for example in a name that external-dns makes.
   * @default - none
   */
  readonly loadBalancer?: LoadBalancerOptions;
}

/** A listener with its defaults. */
export type ResolvedListener = Required<KafkaListener>;

/** Only pods reach the brokers, as the listener asks for no credentials. */
export const DEFAULT_LISTENERS: readonly KafkaListener[] = [
  { name: 'INTERNAL', port: PORTS.kafka, reach: 'pods' },
];

/** Default NodePort of the first broker. */
export const FIRST_NODE_PORT = 30092;

/**
 * Completes listeners, and checks what the configuration builder cannot know: that pods reach one, and that
 * ports are free.
 */
export function resolveListeners(
  scope: IConstruct,
  given: readonly KafkaListener[] = DEFAULT_LISTENERS,
  brokers: number,
): ResolvedListener[] {
  given.forEach((listener, i) => {
    checkOutsideProps(scope, listener, `listeners[${i}]`);
  });
  const listeners = given.map((listener) => ({
    protocol: 'PLAINTEXT' as const,
    nodePort: FIRST_NODE_PORT,
    advertisedHost: 'localhost',
    advertisedPort: listener.port,
    loadBalancer: {},
    ...listener,
  }));
  checkDistinct(scope, listeners, 'name');
  checkDistinct(scope, listeners, 'port');
  const controller = listeners.findIndex(({ port }) => port === PORTS.kafkaController);
  if (controller >= 0) {
    invalid(scope, {
      property: `listeners[${controller}].port`,
      got: PORTS.kafkaController,
      allowed: "any port but the controllers' own",
      fix: 'Choose another port.',
    });
  }
  interBrokerListener(scope, listeners);
  checkRanges(scope, listeners, brokers);
  return listeners;
}

/** The listener that links use, and the brokers among themselves: the first one that pods reach. */
export function interBrokerListener(
  scope: IConstruct,
  listeners: readonly ResolvedListener[],
): ResolvedListener {
  const [first] = forPods(listeners);
  if (first === undefined) {
    invalid(scope, {
      property: 'listeners',
      got: listeners.map(({ name }) => name),
      allowed: "one listener with reach 'pods' at least, as brokers reach each other by it",
      fix: `Add { name: 'INTERNAL', port: ${PORTS.kafka}, reach: 'pods' }.`,
    });
  }
  return first;
}

/**
 * The listeners for the configuration builder. Advertised addresses differ by broker: the start script has
 * them.
 */
export function listenerConfigs(listeners: readonly ResolvedListener[]): KafkaListenerConfig[] {
  return listeners.map(({ name, port, protocol }) => ({ name, port, protocol }));
}

/** Container ports of listeners, by name. */
export function listenerPorts(listeners: readonly ResolvedListener[]): Record<string, number> {
  return Object.fromEntries(listeners.map((listener) => [portName(listener), listener.port]));
}

/** Name of a listener's port; its own name can be longer than Kubernetes takes. */
export function portName({ port }: Pick<KafkaListener, 'port'>): string {
  return `kafka-${port}`;
}

/** The listeners that pods reach. */
export function forPods(listeners: readonly ResolvedListener[]): ResolvedListener[] {
  return listeners.filter(({ reach }) => reach === 'pods');
}

/** Where a name or an annotation has the broker's number. */
export const BROKER_NUMBER = '{broker}';

/** The listeners that clients outside of the cluster reach by a load balancer for each broker. */
export function forLoadBalancer(listeners: readonly ResolvedListener[]): ResolvedListener[] {
  return listeners.filter(({ reach }) => reach === 'loadBalancer');
}

/** The listeners that clients outside of the cluster reach by ports of the nodes. */
export function forHost(listeners: readonly ResolvedListener[]): ResolvedListener[] {
  return listeners.filter(({ reach }) => reach === 'host');
}

function checkOutsideProps(scope: IConstruct, listener: KafkaListener, property: string): void {
  const { reach, advertisedHost, advertisedPort } = listener;
  checkUnused(scope, listener, property);
  if (reach === 'pods') return;
  if (reach === 'loadBalancer' && advertisedPort !== undefined) {
    requireInteger(scope, `${property}.advertisedPort`, advertisedPort, { min: 1, max: 65535 });
  }
  const hasNumber = advertisedHost?.includes(BROKER_NUMBER) ?? false;
  const host = advertisedHost?.replaceAll(BROKER_NUMBER, '0') ?? 'localhost';
  if (/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(host) && hasNumber === (reach === 'loadBalancer'))
    return;
  invalid(scope, {
    property: `${property}.advertisedHost`,
    got: advertisedHost,
    allowed:
      reach === 'host'
        ? 'a host name or an IPv4 address, without protocol and port'
        : `a host name with ${BROKER_NUMBER} for the number of the broker, without protocol and port`,
    fix:
      reach === 'host'
        ? 'Give what clients outside know the nodes by, for example localhost.'
        : `Give the names of the load balancers, for example kafka-${BROKER_NUMBER}.example.com.`,
  });
}

/** Props that a listener of this reach has no use for. */
const UNUSED = {
  pods: ['nodePort', 'advertisedHost', 'advertisedPort', 'loadBalancer'],
  host: ['loadBalancer'],
  loadBalancer: ['nodePort'],
} as const;

function checkUnused(scope: IConstruct, listener: KafkaListener, property: string): void {
  const { reach } = listener;
  for (const prop of UNUSED[reach]) {
    if (listener[prop] === undefined) continue;
    const others = (['host', 'loadBalancer'] as const).filter(
      (other) => !(UNUSED[other] as readonly string[]).includes(prop),
    );
    invalid(scope, {
      property: `${property}.${prop}`,
      got: listener[prop],
      allowed: `nothing with reach '${reach}'`,
      fix: `Leave it out, or set reach: ${others.map((other) => `'${other}'`).join(' or ')}.`,
    });
  }
}

function checkDistinct(
  scope: IConstruct,
  listeners: readonly ResolvedListener[],
  prop: 'name' | 'port',
): void {
  listeners.forEach((listener, i) => {
    const first = listeners.findIndex((other) => other[prop] === listener[prop]);
    if (first === i) return;
    invalid(scope, {
      property: `listeners[${i}].${prop}`,
      got: listener[prop],
      allowed: `a ${prop} that no other listener has; listeners[${first}] has this one`,
      fix: `Give one of them another ${prop}.`,
    });
  });
}

/**
 * Each broker takes one NodePort and one advertised port of a listener, so the ranges of two listeners must
 * not meet.
 */
function checkRanges(scope: IConstruct, listeners: readonly ResolvedListener[], brokers: number): void {
  const outside = forHost(listeners);
  const highest = 65536 - brokers;
  for (const { name, advertisedPort } of outside) {
    if (Number.isInteger(advertisedPort) && advertisedPort >= 1 && advertisedPort <= highest) continue;
    invalid(scope, {
      property: `advertisedPort of listener ${name}`,
      got: advertisedPort,
      allowed: `a whole number, 1 to ${highest}, as ${brokers} broker(s) take one port each`,
      fix: 'Choose a port within that.',
    });
  }
  for (const prop of ['nodePort', 'advertisedPort'] as const) {
    for (const [i, a] of outside.entries()) {
      const b = outside
        .slice(i + 1)
        .find((other) => Math.abs(other[prop] - a[prop]) < brokers && meet(prop, a, other));
      if (b === undefined) continue;
      invalid(scope, {
        property: `${prop} of listener ${b.name}`,
        got: b[prop],
        allowed: `ports apart from ${a[prop]} to ${a[prop] + brokers - 1}, which listener ${a.name} takes for ${brokers} broker(s)`,
        fix: `Set ${prop} of one of them ${brokers} or more apart.`,
      });
    }
  }
}

function meet(prop: 'nodePort' | 'advertisedPort', a: ResolvedListener, b: ResolvedListener): boolean {
  return prop === 'nodePort' || a.advertisedHost === b.advertisedHost;
}
