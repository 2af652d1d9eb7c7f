/** Which Services of a cluster are brought to which port of this machine: the addresses of the original demo. */
import { NAMES } from '../../constructs/common/names';
import { PORTS } from '../../contract';
import type { Service } from '../api';

/** A port of a Service, and where this machine has it. */
export interface Address {
  /** Short name, for choosing and for messages. */
  readonly name: string;
  readonly service: string;
  /** The Service's port, by number or by name. */
  readonly port: number | string;
  readonly localPort: number;
}

/** Pages and REST APIs. */
const PAGES: readonly Address[] = [
  { name: 'registry', service: NAMES.schemaRegistry, port: 'http', localPort: PORTS.schemaRegistry },
  { name: 'flink', service: NAMES.flinkJobManager, port: 'rest', localPort: PORTS.flinkUi },
  { name: 'topics-ui', service: NAMES.topicsUi, port: 'http', localPort: PORTS.topicsUi },
  { name: 'schema-ui', service: NAMES.schemaUi, port: 'http', localPort: PORTS.schemaUi },
  { name: 'kafka-ui', service: NAMES.kafkaUi, port: 'http', localPort: PORTS.kafkaUi },
];

/**
 * The addresses that a cluster's Services have on this machine. A broker tells clients an address of its own, so each broker is brought to
 * the very port that it advertises: `localhost:19092` for the first, 19093 for the second, and so on.
 */
export function addressesOf(services: readonly Service[]): Address[] {
  const names = services.map(({ metadata }) => metadata.name);
  return [
    ...services.filter(isBroker).flatMap(brokerAddresses),
    ...PAGES.filter(({ service }) => names.includes(service)),
  ];
}

/** What a client is given. */
export function urlOf({ name, localPort }: Address): string {
  return `${name === 'kafka' ? '' : 'http://'}localhost:${localPort}`;
}

/** A single broker's Service for clients outside; the one that pods use leads to any broker. */
function isBroker({ metadata, spec }: Service): boolean {
  return spec.type === 'NodePort' && metadata.labels?.['app.kubernetes.io/component'] === 'broker';
}

function brokerAddresses({ metadata, spec }: Service): Address[] {
  return spec.ports.map(({ port }) => ({
    name: 'kafka',
    service: metadata.name,
    port,
    localPort: port,
  }));
}
