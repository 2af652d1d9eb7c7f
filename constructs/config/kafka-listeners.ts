/** The listeners of `server.properties`. */
import { invalid } from '../common/invalid';
import { checkChoice, checkPort, checkUnique } from './check';

/** What a process of a KRaft cluster does. */
export type KafkaRole = 'broker' | 'controller';

/** Security protocol of a listener. */
export type KafkaProtocol = 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL';

/** A listener of a broker. */
export interface KafkaListenerConfig {
  /** Name: uppercase letters, digits and `_`, for example `INTERNAL`. */
  readonly name: string;
  /** TCP port that the listener binds to. */
  readonly port: number;
  /** @default 'PLAINTEXT' */
  readonly protocol?: KafkaProtocol;
  /**
   * Address that the listener binds to.
   * @default - all addresses
   */
  readonly host?: string;
  /**
   * Address that the broker returns to clients; they must be able to reach it.
   * @default - the machine's own host name, with `port`
   */
  readonly advertised?: { readonly host: string; readonly port?: number };
}

/** Listeners of one process. */
export interface KafkaListenerSettings {
  /**
   * Listeners for clients and other brokers. Brokers use the first one among themselves unless
   * `interBrokerListener` names another.
   * @default - none, which only a process that is just a controller may have
   */
  readonly listeners?: readonly KafkaListenerConfig[];
  /** @default - the first listener's name */
  readonly interBrokerListener?: string;
  /**
   * Listener of the controllers.
   * @default - `CONTROLLER`, PLAINTEXT, on the port of the voters, all addresses
   */
  readonly controllerListener?: KafkaListenerConfig;
}

/** Default name of the controllers' listener. */
export const CONTROLLER = 'CONTROLLER';

/**
 * Properties of the listeners. `controllerPort` is the port of the controllers' listener unless that is
 * given; undefined with ZooKeeper, which has no such listener.
 */
export function listenerProperties(
  config: KafkaListenerSettings,
  roles: readonly string[],
  controllerPort: number | undefined,
): Record<string, string> {
  const own = config.listeners ?? [];
  const isBroker = roles.includes('broker');
  if (isBroker !== own.length > 0) {
    invalid(undefined, {
      property: 'listeners',
      got: own.map(({ name }) => name),
      allowed: isBroker ? 'one listener or more for a broker' : 'none for a controller that is not a broker',
      fix: isBroker ? 'Add a listener.' : 'Leave them out, or add the role broker.',
    });
  }
  const controllers =
    controllerPort === undefined
      ? []
      : [config.controllerListener ?? { name: CONTROLLER, port: controllerPort }];
  const bound = roles.includes('controller') ? [...own, ...controllers] : own;
  checkListeners(bound);
  const known = [...own, ...controllers];
  const protocols = new Map(known.map((l) => [l.name, l.protocol ?? 'PLAINTEXT']));
  const advertised = own.filter((l) => l.advertised);
  if (advertised.length > 0 && advertised.length < own.length) {
    invalid(undefined, {
      property: `listeners[${own.findIndex((l) => !l.advertised)}].advertised`,
      got: undefined,
      allowed: 'an address, because other listeners have one',
      fix: 'Set advertised on all listeners, or on none.',
    });
  }
  return {
    listeners: bound.map((l) => `${l.name}://${l.host ?? ''}:${l.port}`).join(','),
    'listener.security.protocol.map': [...protocols].map(([name, p]) => `${name}:${p}`).join(','),
    ...(advertised.length > 0 ? { 'advertised.listeners': advertised.map(advertisedAddress).join(',') } : {}),
    ...(isBroker ? { 'inter.broker.listener.name': interBroker(config, own) } : {}),
  };
}

function checkListeners(listeners: readonly KafkaListenerConfig[]): void {
  listeners.forEach((listener, i) => {
    const what = `listeners[${i}]`;
    if (!/^[A-Z][A-Z0-9_]*$/.test(listener.name)) {
      invalid(undefined, {
        property: `${what}.name`,
        got: listener.name,
        allowed: 'uppercase letters, digits and `_`, with a letter first',
        fix: 'Rename it, for example INTERNAL.',
      });
    }
    checkPort(`${what}.port`, listener.port);
    if (listener.advertised?.port !== undefined)
      checkPort(`${what}.advertised.port`, listener.advertised.port);
  });
  checkUnique(
    'names of listeners',
    listeners.map((l) => l.name),
  );
  checkUnique(
    'ports of listeners',
    listeners.map((l) => l.port),
  );
}

function advertisedAddress(listener: KafkaListenerConfig): string {
  return `${listener.name}://${listener.advertised?.host}:${listener.advertised?.port ?? listener.port}`;
}

function interBroker(config: KafkaListenerSettings, listeners: readonly KafkaListenerConfig[]): string {
  const names = listeners.map((l) => l.name);
  const name = config.interBrokerListener ?? names[0] ?? '';
  checkChoice('interBrokerListener', name, names);
  return name;
}
