/** Secrets that containers read as files. */
import type { Construct } from 'constructs';
import type { k8s } from '../../imports';
import { invalid } from './invalid';

/** A Secret as files in a container, for keys of TLS. */
export interface SecretFiles {
  /** Name of the Secret, which the stack does not make. */
  readonly secretName: string;
  /** Folder that its keys are mounted in as files. */
  readonly mountPath: string;
}

/** Volumes and mounts of Secrets. A Secret may be mounted in several folders. */
export function secretFiles(
  scope: Construct,
  property: string,
  secrets: readonly SecretFiles[] = [],
): { readonly volumes: k8s.Volume[]; readonly mounts: k8s.VolumeMount[] } {
  secrets.forEach(({ secretName, mountPath }, i) => {
    checkSecretName(scope, `${property}[${i}].secretName`, secretName);
    checkMountPath(scope, `${property}[${i}].mountPath`, mountPath, secrets.slice(0, i));
  });
  const names = [...new Set(secrets.map(({ secretName }) => secretName))];
  // Names of volumes may not have dots, those of Secrets may.
  const volumeOf = (secretName: string): string => `secret-${names.indexOf(secretName)}`;
  return {
    volumes: names.map((secretName) => ({
      name: volumeOf(secretName),
      secret: { secretName, defaultMode: 0o440 },
    })),
    mounts: secrets.map(({ secretName, mountPath }) => ({
      name: volumeOf(secretName),
      mountPath,
      readOnly: true,
    })),
  };
}

function checkSecretName(scope: Construct, property: string, name: string): void {
  if (name.length <= 253 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(name))
    return;
  invalid(scope, {
    property,
    got: name,
    allowed: 'the name of a Secret: lowercase letters, digits, `-` and `.`, at most 253',
    fix: 'Correct it: kubectl get secrets lists the names.',
  });
}

function checkMountPath(
  scope: Construct,
  property: string,
  path: string,
  before: readonly SecretFiles[],
): void {
  if (/^\/[^:]+$/.test(path) && !before.some(({ mountPath }) => mountPath === path)) return;
  invalid(scope, {
    property,
    got: path,
    allowed: 'an absolute path without a colon, another one for each Secret',
    fix: 'Choose a folder of its own, for example /mnt/secrets/tls.',
  });
}
