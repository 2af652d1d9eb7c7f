import { FlinkStorage } from '../constructs/index';

/** The Secret with the credentials, keys `access-key` and `secret-key`, which users make. */
const SECRET = 'flink-s3';

/** How a manifest finds the object store of Flink's state. */
export interface ObjectStorage {
  /**
   * Folder of a bucket.
   * @default 's3://kafka-flink/state'
   */
  readonly url?: string;
  /**
   * Address of the store.
   * @default - Amazon's
   */
  readonly endpoint?: string;
  /**
   * Region of the bucket.
   * @default 'us-east-1'
   */
  readonly region?: string;
}

/** Object storage for Flink: few clusters have volumes that all nodes can mount. */
export function objectStorage({ url, endpoint, region }: ObjectStorage): FlinkStorage {
  return FlinkStorage.s3(url ?? 's3://kafka-flink/state', {
    endpoint,
    region: region ?? 'us-east-1',
    credentials: { secretName: SECRET },
  });
}
