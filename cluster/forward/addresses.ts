/**
 * Which Service of a cluster is forwarded to which local port. The ports are those of the original demo.
 */
import { NAMES } from '../../constructs/common/names';
import { PORTS } from '../../contract';
import type { Service } from '../api';

/** A port of a Service, and the local port that it is forwarded to. */
export interface Address {
  /** Short name, for the command line and for messages. */
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
 * The local addresses of a cluster's Services. Each broker advertises its own address to clients, so it is
 * forwarded to the port that it advertises: `localhost:19092` for the first, 19093 for the second, and so on.
 */
export function addressesOf(services: readonly Service[]): Address[] {
  const names = services.map(({ metadata }) => metadata.name);
  return [
    ...services.filter(isBroker).flatMap(brokerAddresses),
    ...PAGES.filter(({ service }) => names.includes(service)),
  ];
}

/** The address as a client uses it. */
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
