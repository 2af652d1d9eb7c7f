/** Rows and progress in one transaction: what is published again is what was not published. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

import { ConfigResourceTypes, Kafka, logLevel } from 'kafkajs';

import { run } from '../../producer/cli';
import { readCommitted } from './committed';
import { asParsed, produce, produceArgs, strainProducer } from './producing';
import { services } from './services';

const NAME = 'B0092118200.tgz';

let folder: string;
/** An hour at 1 Hz, the same hour of the next day under the same name, and their rows. */
let [archive, reissue] = ['', ''];
let [rows, reissuedRows]: [string[], string[]] = [[], []];
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'exactly-once-'));
  await strainProducer(['sample', path.join(folder, 'first'), '--session', 'Hour']);
  await strainProducer(['sample', path.join(folder, 'next'), '--session', 'Hour', '--start', '2021-07-02']);
  archive = path.join(folder, 'first', NAME);
  reissue = path.join(folder, 'reissue', NAME);
  await mkdir(path.dirname(reissue));
  await copyFile(path.join(folder, 'next', 'B0092118300.tgz'), reissue);
  [rows, reissuedRows] = [await parsed(archive), await parsed(reissue)];
});
afterAll(() => rm(folder, { recursive: true }));

async function parsed(input: string): Promise<string[]> {
  return (await strainProducer(['parse', input])).stdout.trim().split('\n');
}

/** Fails, without printing thousands of rows, unless these are the committed rows of a topic, in order. */
async function expectCommitted(topic: string, expected: readonly string[]): Promise<void> {
  const found = asParsed(await readCommitted(topic, expected.length));
  const first = found.findIndex((row, index) => row !== expected[index]);
  expect({ rows: found.length, firstDifference: found[first] }).toEqual({
    rows: expected.length,
    firstDifference: undefined,
  });
}

function admin() {
  return new Kafka({ brokers: [services.addresses.bootstrapServers], logLevel: logLevel.NOTHING }).admin();
}

test('an archive that is published is skipped, under any path, and --again publishes it once more', async () => {
  expect((await produce('again', [archive])).code).toBe(0);
  const copy = path.join(folder, 'copy', NAME);
  await mkdir(path.dirname(copy));
  await copyFile(archive, copy);
  const { code, stderr } = await produce('again', [copy]);
  expect(code).toBe(0);
  expect(stderr).toContain('0 rows committed');
  expect(stderr).toContain('0 archives published, 1 already published, 3,580 rows already committed');
  expect((await produce('again', [archive, '--again'])).stderr).toContain('3,580 rows committed');
  await expectCommitted('again', [...rows, ...rows]);
});

test('other content under the same name is published too, or skipped, or an error', async () => {
  await produce('reissues', [archive]);
  const skipped = await produce('reissues', [reissue, '--reissues', 'skip']);
  expect(skipped.code).toBe(0);
  expect(skipped.stderr).toContain('it has other content than the archive B0092118200.tgz that is published');
  const failed = await produce('reissues', [reissue, '--reissues', 'fail']);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain('publish it too by --reissues publish');
  expect((await produce('reissues', [reissue])).stderr).toContain('1 published with new content');
  expect((await produce('reissues', [reissue])).stderr).toContain('1 already published');
  await expectCommitted('reissues', [...rows, ...reissuedRows]);
});

test('other content under the same name in the same run is a re-issue, too', async () => {
  const { code, stderr } = await produce('same-run', [archive, reissue]);
  expect(code).toBe(0);
  expect(stderr).toContain('it has other content than the archive B0092118200.tgz that is published');
  expect(stderr).toContain('1 archive published, 1 published with new content');
  await expectCommitted('same-run', [...rows, ...reissuedRows]);
});

test('damage: what can be read is published once, and each later run reports it again', async () => {
  const bytes = await readFile(archive);
  const damaged = path.join(folder, 'damaged', NAME);
  await mkdir(path.dirname(damaged));
  await writeFile(damaged, bytes.subarray(0, bytes.length - 3_000));
  const first = await produce('damaged', [damaged]);
  expect(first.code).toBe(3);
  const again = await produce('damaged', [damaged]);
  expect(again.code).toBe(3);
  expect(again.stderr).toMatch(/already published, skipping; it is damaged: .*byte \d+: found/);
  await expectCommitted('damaged', await parsed(damaged));
});

test('loose bottles of one period are published as one archive, in whole rows', async () => {
  const bottles = path.join(folder, 'bottles');
  await mkdir(bottles);
  await promisify(execFile)('tar', ['-xzf', archive, '-C', bottles]);
  expect((await produce('loose', [bottles])).stderr).toContain('1 archive published');
  expect((await produce('loose', [bottles])).stderr).toContain('1 already published');
  await expectCommitted('loose', rows);
});

test('standard input: the same content is published once', async () => {
  for (const already of [0, 3_580]) {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const error = text(stderr);
    const stdin = Readable.from([await readFile(archive)]);
    const { signal } = new AbortController();
    const code = await run([...produceArgs('stdin'), '-'], { stdin, stdout, stderr, env: {}, signal });
    stderr.end();
    expect(code).toBe(0);
    expect(await error).toContain(`${(3_580 - already).toLocaleString('en-US')} rows committed`);
  }
  await expectCommitted('stdin', rows);
});

test('the topic is deleted and created again: its archives are published again', async () => {
  await produce('recreated', [archive]);
  const kafka = admin();
  await kafka.connect();
  await kafka.deleteTopics({ topics: ['recreated'] });
  await kafka.disconnect();
  const { code, stderr } = await produce('recreated', [archive]);
  expect(code).toBe(0);
  expect(stderr).toContain('the topic was deleted and created again since archives were published');
  await expectCommitted('recreated', rows);
});

test('the topic gets more partitions: a station keeps its progress', async () => {
  await produce('grown', [archive]);
  const kafka = admin();
  await kafka.connect();
  await kafka.createPartitions({ topicPartitions: [{ topic: 'grown_progress', count: 12 }] });
  await kafka.disconnect();
  expect((await produce('grown', [archive])).stderr).toContain('1 already published');
});

test('a progress topic that Kafka would empty is refused, with the command that mends it', async () => {
  const kafka = admin();
  await kafka.connect();
  await kafka.createTopics({ topics: [{ topic: 'emptied' }, { topic: 'emptied_progress' }] });
  const refused = await produce('emptied', [archive]);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('has cleanup.policy=delete, expected compact');
  expect(refused.stderr).toContain('--topic emptied_progress --add-config cleanup.policy=compact');
  const configEntries = [{ name: 'cleanup.policy', value: 'compact' }];
  await kafka.alterConfigs({
    validateOnly: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: 'emptied_progress', configEntries }],
  });
  await kafka.disconnect();
  expect((await produce('emptied', [archive])).code).toBe(0);
});

test('the same content under another name is skipped, and other content that overlaps is counted', async () => {
  const renamed = path.join(folder, 'other', 'B0092118209.tgz');
  await mkdir(path.dirname(renamed));
  await copyFile(archive, renamed);
  const day = path.join(folder, 'other', 'B009.2021182_01.tar');
  await promisify(execFile)('tar', ['-cf', day, '-C', path.dirname(archive), NAME]);
  const { stderr } = await produce('overlap', [archive, renamed, day]);
  expect(stderr).toContain(`${renamed}: already published as ${NAME}, skipping`);
  expect(stderr).toContain('2 archives published, 1 already published, 1 overlapping others in time');
  await expectCommitted('overlap', [...rows, ...rows]);
});

test('an archive whose name gives no station: each of its stations is published once', async () => {
  const two = path.join(folder, 'two');
  await strainProducer(['sample', two, '--session', 'Hour', '--stations', 'B009,B010']);
  const upload = path.join(folder, 'upload.tar');
  await promisify(execFile)('tar', ['-cf', upload, '-C', two, NAME, 'B0102118200.tgz']);
  expect((await produce('upload', [upload])).stderr).toContain('1 archive published');
  const again = await produce('upload', [upload]);
  expect(again.stderr).toContain('0 rows committed');
  // The same rows by their own archives: the content is another one.
  expect((await produce('upload', [two])).stderr).toContain('2 archives published, 2 overlapping');
  const expected = await parsed(upload);
  const found = asParsed(await readCommitted('upload', 2 * expected.length));
  expect(found.sort()).toEqual([...expected, ...expected].sort());
});

test('a pipe is read once, and its content is known', async () => {
  const pipe = path.join(folder, 'pipe');
  await promisify(execFile)('mkfifo', [pipe]);
  for (const count of ['3,580', '0']) {
    const writing = writeFile(pipe, await readFile(archive));
    expect((await produce('pipe', [pipe])).stderr).toContain(`${count} rows committed`);
    await writing;
  }
  await expectCommitted('pipe', rows);
});
