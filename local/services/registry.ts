/**
 * Apicurio Registry, with a small proxy in front that puts Confluent's API at the root, where its clients
 * look for it.
 */
import type { Server } from 'node:http';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { APICURIO_CONFLUENT_PATH, apicurioProperties } from '../../constructs/config/registry';
import { PORTS } from '../../contract';
import { startRegistryProxy } from './registry-proxy';
import { getJson, JVM_ARGS, type Service, type ServiceContext, type ServiceDefinition } from './service';

/** Compatibility level of a new registry. */
const COMPATIBILITY = 'BACKWARD';

export const registry: ServiceDefinition = {
  name: 'registry',
  ports: { registry: PORTS.schemaRegistry },
  innerPorts: ['apicurio'],
  create: createRegistry,
};

function createRegistry({ settings, port }: ServiceContext): Service {
  const apicurioPort = port('apicurio');
  const home = path.join(settings.partsDir, 'registry');
  const data = path.join(settings.stateDir, 'data', 'registry');
  const root = `http://127.0.0.1:${apicurioPort}`;
  const properties = apicurioProperties({
    port: apicurioPort,
    host: '127.0.0.1',
    storage: { kind: 'file', path: path.join(data, 'schemas') },
    compatibility: COMPATIBILITY,
    properties: {
      'java.util.logging.manager': 'org.jboss.logmanager.LogManager',
      'apicurio.datasource.jdbc.initial-size': 2,
      'apicurio.datasource.jdbc.min-size': 2,
      'quarkus.banner.enabled': false,
    },
  });
  let proxy: Server | undefined;
  return {
    args: [
      '-Xmx128m',
      ...JVM_ARGS,
      ...Object.entries(properties).map(([name, value]) => `-D${name}=${value}`),
      '-jar',
      path.join(home, 'apicurio-registry-app-3.0.9-runner.jar'),
    ],
    async prepare() {
      await mkdir(data, { recursive: true });
      // It keeps running when the registry is started again.
      proxy ??= await startRegistryProxy(settings.ports.registry, apicurioPort);
    },
    async ready() {
      await getJson<string[]>(`${root}${APICURIO_CONFLUENT_PATH}/subjects`);
      return true;
    },
    afterReady: () => showCompatibility(root),
    stopped() {
      proxy?.closeAllConnections();
      proxy?.close();
    },
  };
}

/**
 * Apicurio applies the configured level, but its Confluent API returns NONE until a level is stored. So the
 * level in effect is stored. A level that a user has set is kept.
 */
async function showCompatibility(root: string): Promise<void> {
  const inForce = await getJson<{ config: string }>(`${root}/apis/registry/v3/admin/rules/COMPATIBILITY`);
  const url = `${root}${APICURIO_CONFLUENT_PATH}/config`;
  const shown = await getJson<{ compatibilityLevel: string }>(url);
  if (shown.compatibilityLevel === inForce.config) return;
  const response = await fetch(url, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ compatibility: inForce.config }),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
}
