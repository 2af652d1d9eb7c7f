/** What the images of Confluent's components share. */
import type { ContainerOptions } from './pod';
import type { Resources } from './resources';

/** User and group of the images. */
export const CONFLUENT_UID = 1000;

/**
 * How long a start script waits for the service that its own needs; by itself 40 s, which servers that all start at once can take. Less
 * than the startup probes allow, so that the script gets to say what it waited for.
 */
export const WAIT_SECONDS = '240';

/**
 * Their start scripts render settings into `/etc/COMPONENT`, beside files that the image brings there. The copy of that folder in a scratch
 * volume lets the root file system stay read-only.
 */
export function confluentFolders(
  component: 'kafka' | 'schema-registry' | 'kafka-rest',
  image: string,
  resources: Required<Resources>,
): { readonly initContainer: ContainerOptions; readonly scratch: Readonly<Record<string, string>> } {
  const folder = `/etc/${component}`;
  return {
    initContainer: {
      name: 'copy-config',
      image,
      command: ['cp', '-Rf', `${folder}/.`, '/config'],
      resources,
      scratch: { config: '/config' },
    },
    scratch: { config: folder, logs: LOG_FOLDERS[component], tmp: '/tmp' },
  };
}

const LOG_FOLDERS = {
  kafka: '/var/log/kafka',
  'schema-registry': '/usr/logs',
  'kafka-rest': '/usr/logs',
} as const;
