/**
 * The services of the one-machine mode. A new service needs a file in this folder and a line in this list.
 */
import type { LocalPorts } from '../settings';
import { jobManager, sqlGateway, taskManager } from './flink';
import { kafka } from './kafka';
import { LIVE_PORTS } from './live';
import { registry } from './registry';
import type { ServiceDefinition } from './service';
import { viewer } from './viewer';

export const SERVICES: readonly ServiceDefinition[] = [
  kafka,
  registry,
  jobManager,
  taskManager,
  sqlGateway,
  viewer,
];

/** Default ports of all services and of `--live`, by the name that `--port NAME=PORT` has. */
export const DEFAULT_PORTS = Object.assign(
  {},
  ...SERVICES.map(({ ports }) => ports),
  LIVE_PORTS,
) as LocalPorts;
