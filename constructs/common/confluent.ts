/** What the images of Confluent's components share. */
import type { ContainerOptions } from './container';
import type { Resources } from './resources';

/** User and group of the images. */
export const CONFLUENT_UID = 1000;

/**
 * How many seconds a start script waits for the service that it needs. The default of 40 s is too short when
 * all servers start at once. It is less than the startup probes allow, so that the script can still report
 * what it waited for.
 */
export const WAIT_SECONDS = '240';

/**
 * Their start scripts write settings into `/etc/COMPONENT`, next to files of the image. A copy of that folder
 * in a scratch volume keeps the root file system read-only.
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
