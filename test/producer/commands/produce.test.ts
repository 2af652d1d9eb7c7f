import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { EXIT } from '../../../contract';
import { run } from '../../../producer/cli';

async function produce(
  argv: readonly string[],
  env: NodeJS.ProcessEnv = {},
  signal = new AbortController().signal,
) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const texts = Promise.all([text(stdout), text(stderr)]);
  const code = await run(['produce', ...argv], { stdin: Readable.from([]), stdout, stderr, env, signal });
  stdout.end();
  stderr.end();
  const [out, err] = await texts;
  return { code, out, err };
}

test('the help has examples and exit codes, and shows no password of the environment', async () => {
  const { code, out } = await produce(['--help'], { SCHEMA_REGISTRY_URL: 'http://ann:secret@registry:8081' });
  expect(code).toBe(EXIT.ok);
  expect(out).toMatch(/BOOTSTRAP_SERVERS/);
  expect(out).toMatch(/Examples:\n {2}strain-producer produce/);
  expect(out).toMatch(/Exit codes: 0 /);
  expect(out).not.toContain('secret');
});

test.each([
  [['--bootstrap-servers', 'kafka'], '"kafka" is not host:port'],
  [['--schema-registry', 'registry:8081'], 'the address must be http://HOST:PORT'],
  [['--wait', 'long'], 'Expected a number above 0, at most 86400.'],
  [['--delivery-timeout', '0'], 'Expected a number above 0, at most 86400.'],
  [['--compression', 'zip'], 'Allowed choices are gzip, lz4, zstd, none'],
])('wrong usage %j: %s', async (argv, message) => {
  const { code, err } = await produce([...argv, __dirname]);
  expect(err).toContain(message);
  expect(code).toBe(EXIT.usage);
});

test('an address in the environment is checked like an option', async () => {
  const { code, err } = await produce([__dirname], { BOOTSTRAP_SERVERS: 'kafka-broker' });
  expect(err).toContain('"kafka-broker" is not host:port');
  expect(code).toBe(EXIT.usage);
});

test('a path that does not exist is reported before any wait', async () => {
  const { code, err } = await produce(['/no/such/bottle', '--bootstrap-servers', 'localhost:2']);
  expect(err).toContain('/no/such/bottle: no such file or directory');
  expect(err).not.toContain('waiting');
  expect(code).toBe(EXIT.failed);
});

test('schemas that do not exist are reported before any wait', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'no-schemas-'));
  const { code, err } = await produce([__dirname], { AVRO_SCHEMAS_ROOT: folder });
  rmSync(folder, { recursive: true });
  expect(err).toContain(`cannot read the schema ${folder}`);
  expect(code).toBe(EXIT.failed);
});

test('a signal ends the wait for Kafka, with its exit code', async () => {
  const stop = new AbortController();
  const done = produce([__dirname, '--bootstrap-servers', 'localhost:2'], {}, stop.signal);
  setTimeout(() => stop.abort('SIGINT'), 200);
  expect((await done).code).toBe(EXIT.interrupted);
});
