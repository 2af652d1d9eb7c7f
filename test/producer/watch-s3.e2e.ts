/** `watch` reads from a bucket of a real S3 server. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { findSeaweedFs, S3Server } from '../e2e/s3-server';
import { watch, type Watched } from './watch/helpers';

const seaweedFs = findSeaweedFs();
if ('missing' in seaweedFs) console.warn(`watch-s3.e2e.ts is skipped: ${seaweedFs.missing}`);
const withServer = 'missing' in seaweedFs ? describe.skip : describe;

withServer('s3://', () => {
  const Bucket = 'strain';
  let server: S3Server;
  let client: S3Client;
  const outside = { ...process.env };

  beforeAll(async () => {
    server = await S3Server.start('program' in seaweedFs ? seaweedFs.program : '');
    // The SDK looks only here.
    Object.assign(process.env, server.env);
    client = server.client();
    for (let attempt = 1; ; attempt++) {
      try {
        await client.send(new CreateBucketCommand({ Bucket }));
        break;
      } catch (error) {
        if (attempt === 30) throw error;
        await sleep(1_000);
      }
    }
  });
  afterAll(async () => {
    client.destroy();
    await server.remove();
    process.env = outside;
  });

  const put = async (Key: string, Body = Key): Promise<void> => {
    await client.send(new PutObjectCommand({ Bucket, Key, Body }));
  };
  const bucket = (prefix: string): Promise<Watched> => watch(`s3://${Bucket}/${prefix}`, { env: server.env });

  test('finds the archives below a prefix, then those that are new or changed', async () => {
    for (const name of [
      'B009/2021/182/B00921182Day.tgz',
      'B001/2021/182/B00121182Day.tgz',
      '.x/B00921182Day.tgz',
    ]) {
      await put(`pub/${name}`);
    }
    await put('elsewhere/B01821182Day.tgz');
    await put('pub/readme.txt');
    const watched = await bucket('pub');
    const found = await watched.poll();
    expect(found.map(({ path }) => path)).toEqual([
      's3://strain/pub/B001/2021/182/B00121182Day.tgz',
      's3://strain/pub/B009/2021/182/B00921182Day.tgz',
    ]);
    expect(Date.now() - found[0]!.modified!.getTime()).toBeLessThan(60_000);
    const local = await found[1]!.fetch(watched.signal);
    expect(basename(local!.path)).toBe('B00921182Day.tgz');
    expect(readFileSync(local!.path, 'utf8')).toBe('pub/B009/2021/182/B00921182Day.tgz');
    await local!.release();
    expect(watched.log).toEqual([expect.stringContaining('s3://strain/pub/readme.txt and other files')]);

    const began = Date.now();
    await put('pub/B009/2021/183/B00921183Day.tgz');
    expect((await watched.next()).map(({ name }) => name)).toEqual(['B00921183Day.tgz']);
    expect(Date.now() - began).toBeLessThan(5_000);
    await put('pub/B009/2021/183/B00921183Day.tgz', 'a new issue');
    const [again] = await watched.next();
    expect(readFileSync((await again!.fetch(watched.signal))!.path, 'utf8')).toBe('a new issue');
  });

  test('lists more than a page of a thousand', async () => {
    const names = Array.from({ length: 1_100 }, (_, i) => {
      const minute = String(Math.floor(i / 60)).padStart(2, '0') + String(i % 60).padStart(2, '0');
      return `B00921182${minute}_20.tgz`;
    });
    for (let i = 0; i < names.length; i += 20) {
      await Promise.all(names.slice(i, i + 20).map((name) => put(`many/${name}`, 'x')));
    }
    expect(await (await bucket('many/')).names()).toEqual(names);
  });

  test('an object that is still being uploaded is not found', async () => {
    const Key = 'parts/B00921182_20.tar';
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const part = { Bucket, Key, UploadId, PartNumber: 1, Body: Buffer.alloc(5 * 2 ** 20) };
    await client.send(new UploadPartCommand(part));
    await put('parts/B00921183_20.tar');
    const watched = await bucket('parts');
    expect(await watched.names()).toEqual(['B00921183_20.tar']);
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  });

  test('an object that is replaced or removed after it was listed is not taken for the other', async () => {
    await put('replaced/B00921182Day.tgz', 'old');
    const watched = await bucket('replaced');
    const [archive] = await watched.poll();
    await put('replaced/B00921182Day.tgz', 'new');
    expect(await archive!.fetch(watched.signal)).toBeUndefined();
    const [again] = await watched.next();
    expect(readFileSync((await again!.fetch(watched.signal))!.path, 'utf8')).toBe('new');
  });

  test('a server that goes away and returns is one outage', async () => {
    await put('outage/B00921182Day.tgz');
    const watched = await bucket('outage');
    expect(await watched.names()).toHaveLength(1);
    await server.stop();
    expect(await watched.namesWithin(8_000)).toEqual([]);
    expect(watched.source.isReachable).toBe(false);
    await server.start();
    await watched.namesWithin(20_000);
    await put('outage/B00921183Day.tgz');
    expect((await watched.next(60_000)).map(({ name }) => name)).toEqual(['B00921183Day.tgz']);
    expect(watched.log.map((line) => line.replace(/\(.*/, ''))).toEqual([
      'warn: s3://strain/outage/ cannot be read ',
      expect.stringMatching(/^info: s3:\/\/strain\/outage\/ can be read again, after \d+ s$/),
    ]);
  });

  test('a bucket that does not exist, and wrong keys, are errors at the start', async () => {
    await expect((await watch('s3://no-such-bucket/', { env: server.env })).poll()).rejects.toMatchObject({
      code: 'INPUT_UNREADABLE',
      message: expect.stringMatching(/^s3:\/\/no-such-bucket\/: .*status 404$/) as string,
    });
    process.env.AWS_SECRET_ACCESS_KEY = 'wrong';
    const watched = await bucket('pub');
    await expect(watched.poll()).rejects.toMatchObject({
      code: 'INPUT_UNREADABLE',
      message: expect.stringMatching(/status 403$/) as string,
    });
    Object.assign(process.env, server.env);
  });
});
