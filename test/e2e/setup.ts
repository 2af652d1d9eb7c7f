/**
 * Starts services for end-to-end tests, and a control server through which tests kill and start single
 * services. Jest's globalSetup of the tests that need all services; setup-producer.ts starts fewer.
 */
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { arePartsThere, fetchParts } from '../../local/parts';
import { takeLock } from '../../local/lock';
import { freePorts } from '../../cli/ports';
import { findJava } from '../../local/requirements';
import type { ServiceDefinition } from '../../local/services/service';
import { SERVICES } from '../../local/services/index';
import { addresses, DEFAULT_STATE_DIR, type LocalSettings } from '../../local/settings';
import { LocalStack } from '../../local/stack';
import { SERVICES_ENV, type ServiceAddresses } from './services';

/** The viewer's own tests start it. */
const WITHOUT_VIEWER = SERVICES.filter(({ name }) => name !== 'viewer');

/** What the teardown needs. Setup and teardown run in Jest's main process. */
interface Started {
  readonly stack: LocalStack;
  readonly control: Server;
}

declare global {
  var e2eServices: Started | undefined;
}

export default async function setup(): Promise<void> {
  await startServices();
}

/** Starts services, all by default, and publishes their addresses to the tests. */
export async function startServices(
  definitions: readonly ServiceDefinition[] = WITHOUT_VIEWER,
): Promise<void> {
  const { stack, stateDir } = await startStack(definitions);
  const control = createServer((request, response) => {
    const [, action, name = ''] = (request.url ?? '').split('/');
    const done = action === 'kill' ? stack.killService(name) : stack.startService(name);
    done.then(
      () => response.end('ok'),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  control.listen(0, '127.0.0.1');
  await once(control, 'listening');
  const url = addresses(stack.settings);
  const running: ServiceAddresses = {
    bootstrapServers: url.kafka,
    registryUrl: url.registry,
    flinkUrl: url.flink,
    gatewayUrl: url.gateway,
    kafkaJars: path.join(stack.settings.partsDir, 'kafka'),
    stateDir,
    settings: stack.settings,
    controlUrl: `http://127.0.0.1:${(control.address() as AddressInfo).port}`,
  };
  process.env[SERVICES_ENV] = JSON.stringify(running);
  globalThis.e2eServices = { stack, control };
}

async function startStack(
  definitions: readonly ServiceDefinition[],
): Promise<{ stack: LocalStack; stateDir: string }> {
  const [kafka = 0, registry = 0, flink = 0, sql = 0, viewer = 0] = await freePorts(5);
  const settings: LocalSettings = {
    stateDir: mkdtempSync(path.join(tmpdir(), 'e2e-services-')),
    partsDir: path.join(DEFAULT_STATE_DIR, 'parts'),
    ports: { kafka, registry, flink, sql, viewer },
  };
  // The lock file is how the commands of the clone find the services.
  await takeLock(settings);
  const java = await findJava();
  if (!(await arePartsThere(settings.partsDir))) {
    await fetchParts(settings.partsDir, () => undefined, AbortSignal.timeout(1_800_000));
  }
  const events = { ready: () => undefined, died: (error: unknown) => console.error(error) };
  const stack = await LocalStack.start(settings, java, events, definitions);
  return { stack, stateDir: settings.stateDir };
}
