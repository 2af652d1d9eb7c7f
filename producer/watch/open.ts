import { UserError } from '../../contract/user-error';
import { FolderTree } from './folder';
import { HttpTree } from './http';
import { S3Tree } from './s3';
import type { ArchiveSource } from './source';
import type { Tree } from './tree';
import { TreeSource, type TreeSourceOptions } from './tree-source';

/** Seconds without a change after which an archive is complete. */
const SETTLE_SECONDS = 2;

/** How to watch. */
export interface SourceOptions extends TreeSourceOptions {
  /** Where S3's endpoint is looked up. */
  readonly env: NodeJS.ProcessEnv;
  /** Seconds for which an archive must be unchanged, where it is not known to be complete. @default 2 */
  readonly settleSeconds?: number;
}

/**
 * Opens a source by its address: a folder, `http(s)://…` or `s3://BUCKET/PREFIX`. Nothing is read yet.
 *
 * @throws UserError `INPUT_UNREADABLE` when it is not an address
 */
export async function openSource(address: string, options: SourceOptions): Promise<ArchiveSource> {
  const tree = await treeOf(address, options);
  return new TreeSource(tree, options);
}

async function treeOf(address: string, options: SourceOptions): Promise<Tree> {
  const { env, settleSeconds = SETTLE_SECONDS } = options;
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(address)?.[1]?.toLowerCase();
  switch (scheme) {
    case undefined:
      return new FolderTree(address, settleSeconds);
    case 'http':
    case 'https': {
      if (!URL.canParse(address) || new URL(address).search !== '') {
        // The text may contain a password.
        throw wrong('the address', 'give http(s)://[USER:PASSWORD@]HOST/PATH/, without a query');
      }
      return new HttpTree(new URL(address), settleSeconds);
    }
    case 's3': {
      const [, bucket, path = ''] = /^s3:\/\/([^/?#\s]+)(?:\/([^?#]*))?$/i.exec(address) ?? [];
      if (bucket === undefined) throw wrong(address, 'give s3://BUCKET or s3://BUCKET/PREFIX');
      return S3Tree.open(bucket, path === '' || path.endsWith('/') ? path : `${path}/`, env);
    }
    default:
      throw wrong(address, 'give a folder, http(s)://… or s3://BUCKET/PREFIX');
  }
}

function wrong(what: string, fix: string): UserError {
  return new UserError('INPUT_UNREADABLE', `${what} cannot be watched: it is not one of a source`, { fix });
}
