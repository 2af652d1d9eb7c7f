/** How pods reach a bucket of S3, or of a store with the same API. */
import type { Construct } from 'constructs';
import type { ExternalEndpoint } from './endpoint';
import { secretKey, type Environment } from './environment';
import { existingHttpService } from './http-service';
import { invalid } from './invalid';

/** How pods reach a store of buckets. */
export interface S3Access {
  /**
   * Address of the store, if it is not Amazon's, for example `http://minio.storage.svc:9000`. With
   * NetworkPolicies, the pods can connect to it only.
   * @default - Amazon's store in `region`: the pods can connect to all addresses at port 443
   */
  readonly endpoint?: string;
  /**
   * Region of the bucket.
   * @default - with `endpoint`, us-east-1, which other stores ignore; without, the variable AWS_REGION, which
   * EKS sets in pods with an identity
   */
  readonly region?: string;
  /**
   * Secret with the credentials, which the stack does not make.
   * @default - the identity of the pods, for example by `pod.serviceAccount`
   */
  readonly credentials?: {
    /** Name of the Secret. */
    readonly secretName: string;
    /**
     * Its key with the access key id.
     * @default 'access-key'
     */
    readonly accessKey?: string;
    /**
     * Its key with the secret access key.
     * @default 'secret-key'
     */
    readonly secretKey?: string;
  };
}

/** A store as pods use it. */
export interface ResolvedS3Access {
  /** For links. */
  readonly endpoint: ExternalEndpoint;
  /** Address of the store, if it is not Amazon's. */
  readonly url: string | undefined;
  /** Region, if it is known. */
  readonly region: string | undefined;
  /** Variables with the credentials, which every AWS SDK reads. */
  readonly env: Environment;
}

/**
 * Checks the address of a folder of a bucket, and resolves how it is reached.
 * @param property name of the prop that has `url` and the access, for errors
 */
export function resolveS3(
  scope: Construct,
  property: string,
  url: string,
  { endpoint, region, credentials }: S3Access,
): ResolvedS3Access {
  if (!/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[^\s?#]*)?$/.test(url)) {
    invalid(scope, {
      property: `${property}.url`,
      got: url,
      allowed: 's3://BUCKET/FOLDER, the bucket in lowercase letters, digits, `-` and `.`',
      fix: 'Correct it, for example s3://flink-state/streaming.',
    });
  }
  const store = existingHttpService(
    scope,
    'Object store',
    endpoint ?? 'https://s3.amazonaws.com',
    `${property}.endpoint`,
  );
  return {
    endpoint: store.endpoint,
    url: endpoint === undefined ? undefined : store.url,
    region: region ?? (endpoint === undefined ? undefined : 'us-east-1'),
    env:
      credentials === undefined
        ? {}
        : {
            AWS_ACCESS_KEY_ID: secretKey(credentials.secretName, credentials.accessKey ?? 'access-key'),
            AWS_SECRET_ACCESS_KEY: secretKey(credentials.secretName, credentials.secretKey ?? 'secret-key'),
          },
  };
}
