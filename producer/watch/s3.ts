/** A bucket of an S3 server as a source. Folders are what stands between slashes. */
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type * as Sdk from '@aws-sdk/client-s3';
import { SourceFailure } from './failure';
import { isInput } from './names';
import type { SeenFiles } from './seen';
import type { LocalArchive } from './source';
import { TemporaryCopies } from './temporary-copies';
import type { ListedFile, Listing, ListingMode, Pace, Tree } from './tree';

/** Milliseconds without an answer after which a server is taken as silent. */
const SILENCE = 30_000;

/** Environment variables with which the SDK takes the address of a server other than Amazon's. */
const ENDPOINT_VARIABLES = ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL'];

export class S3Tree implements Tree {
  readonly address: string;
  readonly fix =
    'check the bucket, the credentials (AWS_ACCESS_KEY_ID …), AWS_REGION and, for another server than Amazon, AWS_ENDPOINT_URL_S3';
  readonly pace: Pace = { interval: 2_000, walkBudget: 500, walkInterval: 60_000 };
  private readonly client: Sdk.S3Client;
  private readonly copies = new TemporaryCopies();

  private constructor(
    private readonly sdk: typeof Sdk,
    private readonly bucket: string,
    private readonly prefix: string,
    isOwnServer: boolean,
  ) {
    this.address = `s3://${bucket}/${prefix}`;
    this.client = new sdk.S3Client({
      forcePathStyle: isOwnServer,
      requestHandler: { connectionTimeout: SILENCE, socketTimeout: SILENCE },
    });
  }

  /**
   * Credentials, region and endpoint are found as by all programs that use the SDK. With an endpoint in the
   * environment, the bucket is part of the path, as most servers other than Amazon's expect it.
   *
   * @param prefix empty, or with a slash at its end
   */
  static async open(bucket: string, prefix: string, env: NodeJS.ProcessEnv): Promise<S3Tree> {
    // It warns that later versions will need a later Node, which does not concern the version that is pinned.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
    // Loaded only here, because the SDK takes a third of a second.
    const sdk = await import('@aws-sdk/client-s3');
    const isOwnServer = ENDPOINT_VARIABLES.some((name) => (env[name] ?? '') !== '');
    return new S3Tree(sdk, bucket, prefix, isOwnServer);
  }

  locate(path: string): string {
    return this.address + path;
  }

  async list(folder: string, _mode: ListingMode, _: SeenFiles, signal: AbortSignal): Promise<Listing> {
    const root = this.prefix + folder;
    const folders: string[] = [];
    const files: ListedFile[] = [];
    let ignored: string | undefined;
    try {
      const request = { Bucket: this.bucket, Prefix: root, Delimiter: '/' };
      for await (const page of this.sdk.paginateListObjectsV2({ client: this.client }, request, {
        abortSignal: signal,
      })) {
        for (const { Prefix = '' } of page.CommonPrefixes ?? []) {
          if (!Prefix.slice(root.length).startsWith('.')) folders.push(folder + Prefix.slice(root.length));
        }
        for (const { Key = '', ETag = '', LastModified } of page.Contents ?? []) {
          const name = Key.slice(root.length);
          if (isInput(name)) files.push({ path: folder + name, name, version: ETag, modified: LastModified });
          // A folder's own, empty object has no name.
          else if (name !== '' && !name.startsWith('.')) ignored ??= folder + name;
        }
      }
    } catch (error) {
      throw signal.aborted ? error : failureOf(error);
    }
    return { folders, files, ignored };
  }

  async fetch({ path, name, version }: ListedFile, signal: AbortSignal): Promise<LocalArchive> {
    const copy = await this.copies.reserve(name);
    try {
      const command = new this.sdk.GetObjectCommand({
        Bucket: this.bucket,
        Key: this.prefix + path,
        IfMatch: version,
      });
      const { Body, ContentLength } = await this.client.send(command, { abortSignal: signal });
      const file = createWriteStream(copy.path);
      await pipeline(Body as Readable, file, { signal });
      if (ContentLength !== undefined && file.bytesWritten !== ContentLength) {
        throw new SourceFailure('refused', `${file.bytesWritten} bytes came instead of ${ContentLength}`);
      }
      return copy;
    } catch (error) {
      await copy.release();
      throw signal.aborted || error instanceof SourceFailure ? error : failureOf(error);
    }
  }

  async close(): Promise<void> {
    this.client.destroy();
    await this.copies.close();
  }
}

/** Fields that the SDK puts on errors. */
interface S3Error extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

function failureOf(error: unknown): SourceFailure {
  const { name, message, $metadata } = error as S3Error;
  const status = $metadata?.httpStatusCode;
  const text = message === '' || message === 'UnknownError' ? name : message;
  if (name === 'CredentialsProviderError') return new SourceFailure('refused', text);
  if (status === undefined || status === 429 || status >= 500) return new SourceFailure('outage', text);
  // 412: replaced since it was listed, and found again as such.
  return new SourceFailure(
    status === 404 || status === 412 ? 'gone' : 'refused',
    `${text}, status ${status}`,
  );
}
