/** Where archives appear that are to be published. */
import type { Construct } from 'constructs';
import type { k8s } from '../../imports';
import type { ExternalEndpoint } from '../common/endpoint';
import type { Environment } from '../common/environment';
import { existingHttpService } from '../common/http-service';
import { invalid } from '../common/invalid';
import { resolveS3, type S3Access } from '../common/s3';
import { BOTTLES_PATH, checkVolumePaths } from './pod';

/** Where archives appear. Use the functions of `IngestSource` to make one. */
export type IngestSource =
  | {
      /** Folders of a volume with an existing claim. */
      readonly kind: 'claim';
      /** Name of the PersistentVolumeClaim. */
      readonly claimName: string;
      /** Folders in it. If empty, all of it is watched. */
      readonly folders: readonly string[];
    }
  | {
      /** A directory listing of a web server. */
      readonly kind: 'http';
      /** Address of the listing, which ends with `/`. */
      readonly url: string;
    }
  | ({
      /** A folder of a bucket of S3, or of a store with the same API. */
      readonly kind: 's3';
      /** Address of the folder: `s3://BUCKET/FOLDER`. */
      readonly url: string;
    } & S3Access);

/** Kinds of sources. What each takes for a complete archive is in the documentation of `strain-producer`. */
export const IngestSource = {
  /**
   * An existing PersistentVolumeClaim, mounted read-only: `folders` in it, or all of it if none is given.
   * Several pods on several nodes need one with the access mode ReadWriteMany or ReadOnlyMany.
   */
  claim: (claimName: string, ...folders: string[]): IngestSource => ({ kind: 'claim', claimName, folders }),
  /** A directory listing of a web server, laid out like the public archive, and all below it. */
  http: (url: string): IngestSource => ({ kind: 'http', url }),
  /** A folder of a bucket, `s3://BUCKET/FOLDER`. All S3 sources of a `StrainIngest` are in one store. */
  s3: (url: string, access: S3Access = {}): IngestSource => ({ kind: 's3', url, ...access }),
} as const;

/** Sources as pods use them. */
export interface ResolvedSources {
  /** Addresses for the command line. */
  readonly addresses: readonly string[];
  /** Variables, such as those of the store. */
  readonly env: Environment;
  /** Volumes of the pods. */
  readonly volumes: readonly k8s.Volume[];
  /** Mounts of the container. */
  readonly mounts: readonly k8s.VolumeMount[];
  /** Servers, for links. */
  readonly endpoints: readonly ExternalEndpoint[];
}

/** Checks sources, and resolves what the pods need for them. */
export function resolveSources(scope: Construct, sources: readonly IngestSource[]): ResolvedSources {
  if (sources.length === 0) {
    invalid(scope, {
      property: 'sources',
      got: sources,
      allowed: 'at least one source',
      fix: "Give one, for example [IngestSource.s3('s3://bottles/2026')].",
    });
  }
  checkOneStore(scope, sources);
  const resolved = sources.map((source, i) => resolveSource(scope, source, i));
  return {
    addresses: resolved.flatMap(({ addresses }) => addresses),
    env: Object.assign({}, ...resolved.map(({ env }) => env)) as Environment,
    volumes: resolved.flatMap(({ volumes }) => volumes),
    mounts: resolved.flatMap(({ mounts }) => mounts),
    endpoints: resolved.flatMap(({ endpoints }) => endpoints),
  };
}

function resolveSource(scope: Construct, source: IngestSource, i: number): ResolvedSources {
  const none = { env: {}, volumes: [], mounts: [], endpoints: [] };
  const property = `sources[${i}]`;
  switch (source.kind) {
    case 'claim': {
      const { claimName, folders } = source;
      checkVolumePaths(scope, `${property}.folders`, 'claim', folders);
      const name = `bottles-${i}`;
      const mountPath = `${BOTTLES_PATH}/${i}`;
      return {
        ...none,
        addresses: folders.length === 0 ? [mountPath] : folders.map((folder) => `${mountPath}/${folder}`),
        volumes: [{ name, persistentVolumeClaim: { claimName, readOnly: true } }],
        mounts: [{ name, mountPath, readOnly: true }],
      };
    }
    case 'http': {
      const { endpoint } = existingHttpService(scope, 'Archive server', source.url, `${property}.url`);
      return { ...none, addresses: [source.url], endpoints: [endpoint] };
    }
    case 's3': {
      const { url, endpoint, region, credentials } = source;
      const store = resolveS3(scope, property, url, { endpoint, region, credentials });
      return {
        ...none,
        addresses: [url],
        env: {
          ...(store.url === undefined ? {} : { AWS_ENDPOINT_URL_S3: store.url }),
          ...(store.region === undefined ? {} : { AWS_REGION: store.region }),
          ...store.env,
        },
        endpoints: [store.endpoint],
      };
    }
  }
}

/** The variables of the AWS SDK hold for all buckets. */
function checkOneStore(scope: Construct, sources: readonly IngestSource[]): void {
  const stores = sources.flatMap((source, i) => {
    if (source.kind !== 's3') return [];
    const { endpoint, region, credentials } = source;
    return [{ i, access: JSON.stringify([endpoint, region, credentials]) }];
  });
  const other = stores.find(({ access }) => access !== stores[0]?.access);
  if (other === undefined) return;
  invalid(scope, {
    property: `sources[${other.i}]`,
    got: 'another endpoint, region or credentials',
    allowed: `those of sources[${stores[0]!.i}]: the pods reach one store`,
    fix: 'Use a StrainIngest with another name for each store, with stations of its own.',
  });
}
