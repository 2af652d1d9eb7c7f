/** Reads the objects of a synthesized manifest that a rollout waits for. */
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { UserError } from '../../contract/user-error';
import type { Awaited } from '../api';

/** Kinds that take time to become ready. All other objects are ready as soon as they are applied. */
export const AWAITED_KINDS = ['PersistentVolumeClaim', 'StatefulSet', 'Deployment', 'Job'] as const;

/** An object of a manifest. */
export interface Wanted {
  readonly kind: Awaited['kind'];
  readonly name: string;
}

/**
 * The objects of a manifest that take time to become ready.
 * @throws UserError when the file cannot be read, or has nothing to wait for
 */
export function readWanted(file: string): Wanted[] {
  const documents = parseAllDocuments(read(file)).map((document) => document.toJS() as ManifestObject | null);
  const wanted = documents.flatMap((object): Wanted[] => {
    const kind = AWAITED_KINDS.find((it) => it === object?.kind);
    const name = object?.metadata?.name;
    return kind === undefined || name === undefined ? [] : [{ kind, name }];
  });
  if (wanted.length === 0) {
    throw new UserError(
      'CLUSTER_FAILED',
      `${file} has nothing to wait for: no ${AWAITED_KINDS.join(', no ')}`,
      { fix: 'give a manifest that `npm run synth` wrote' },
    );
  }
  return wanted;
}

interface ManifestObject {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError(
      'CLUSTER_FAILED',
      `cannot read ${file}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
      { fix: `run npm run synth, then kubectl apply -f ${file}` },
    );
  }
}
