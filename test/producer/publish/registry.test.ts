import { describeError, type UserError } from '../../../contract/user-error';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { SchemaRegistry } from '../../../producer/publish/registry';
import { defaultSchemasRoot, loadSchemas } from '../../../producer/records/schemas';
import { logTo } from './helpers';

const { value: schema } = loadSchemas(defaultSchemasRoot());

interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

/** Stands for a registry: answers by `METHOD path`, and notes what it was asked. */
class FakeRegistry {
  readonly requests: string[] = [];
  readonly authorizations = new Set<string | undefined>();
  private readonly server: Server;

  constructor(private readonly answers: Record<string, Answer | (() => Answer)>) {
    this.server = createServer((request, response) => {
      const what = `${request.method} ${request.url}`;
      this.requests.push(what);
      this.authorizations.add(request.headers.authorization);
      const found = this.answers[what] ?? {
        status: 404,
        body: { error_code: 404, message: 'HTTP 404 Not Found' },
      };
      const { status = 200, body } = typeof found === 'function' ? found() : found;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  }

  async address(path = ''): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

let fake: FakeRegistry | undefined;
afterEach(() => fake?.close());

async function client(answers: Record<string, Answer | (() => Answer)>, path = '', credentials = '') {
  fake = new FakeRegistry(answers);
  const lines: string[] = [];
  const url = `http://${credentials}${await fake.address(path)}`;
  return { fake, lines, registry: new SchemaRegistry({ url, wait: 2, log: logTo(lines) }) };
}

const MISSING = { status: 404, body: { error_code: 40401, message: 'Subject not found' } };

test('a schema that is there is looked up, not registered', async () => {
  const { fake, registry } = await client({ 'POST /subjects/gtsm_etl-value': { body: { id: 12 } } });
  expect(await registry.idOf('gtsm_etl-value', schema)).toBe(12);
  expect(fake.requests).toEqual(['POST /subjects/gtsm_etl-value']);
});

test('a schema that does not exist is registered, below the path of the address', async () => {
  const { registry, lines } = await client(
    {
      'POST /apis/ccompat/v7/subjects/s': MISSING,
      'POST /apis/ccompat/v7/subjects/s/versions': { body: { id: 3 } },
    },
    '/apis/ccompat/v7/',
  );
  expect(await registry.idOf('s', schema)).toBe(3);
  expect(lines.join('')).toMatch(/registered s at http:.*\/apis\/ccompat\/v7 as schema 3/);
});

test('no compatibility level is set, neither of the subject nor of the registry', async () => {
  const { fake, registry } = await client({
    'POST /subjects/s': MISSING,
    'POST /subjects/s/versions': { body: { id: 3 } },
  });
  expect(await registry.idOf('s', schema)).toBe(3);
  expect(fake.requests).toEqual(['POST /subjects/s', 'POST /subjects/s/versions']);
});

test('credentials go into the header and into no message', async () => {
  const { fake, registry } = await client(
    { 'GET /subjects': { status: 401, body: { message: 'Unauthorized' } } },
    '',
    'ann:p%40ss@',
  );
  const error = (await registry.waitUntilUp().catch((thrown: unknown) => thrown)) as UserError;
  expect(error.message).toMatch(/refuses \(HTTP 401: Unauthorized\)$/);
  expect(error.fix).toMatch(/^give user and password in the address/);
  expect(describeError(error)).not.toMatch(/ann|p@ss|p%40ss/);
  expect([...fake.authorizations]).toEqual([`Basic ${Buffer.from('ann:p@ss').toString('base64')}`]);
});

test('a refusal names the fields that differ from the registered version', async () => {
  const registered = schema.json.replace(
    '{"name":"bs1_t0","type":["int","null"]',
    '{"name":"bs1_t0","type":["string","null"]',
  );
  const { registry } = await client({
    'POST /subjects/s': MISSING,
    'POST /subjects/s/versions': { status: 409, body: { error_code: 409, message: 'incompatible\nmore' } },
    'GET /subjects/s/versions/latest': { body: { version: 2, id: 5, schema: registered } },
  });
  await expect(registry.idOf('s', schema)).rejects.toThrow(
    /refuses the schema of s \(HTTP 409: incompatible\).*Version 2 there \(id 5\) and .*value.avsc here differ: field bs1_t0 is \["string","null"\] there, \["int","null"\] here/,
  );
});

test('a refusal without a version to compare with is reported as it is', async () => {
  const { registry } = await client({
    'POST /subjects/s': MISSING,
    'POST /subjects/s/versions': { status: 422, body: { error_code: 42201, message: 'Invalid schema' } },
  });
  await expect(registry.idOf('s', schema)).rejects.toThrow(/HTTP 422: Invalid schema/);
});

test('an error of the server is tried again', async () => {
  let calls = 0;
  const { registry, lines } = await client({
    'POST /subjects/s': () =>
      ++calls === 1 ? { status: 503, body: { message: 'leader not known' } } : { body: { id: 4 } },
  });
  expect(await registry.idOf('s', schema)).toBe(4);
  expect(lines.join('')).toContain('waiting for the schema registry');
});

test('a server that is not a registry is reported at once', async () => {
  const { registry } = await client({});
  await expect(registry.waitUntilUp()).rejects.toMatchObject({
    message: expect.stringContaining('HTTP 404') as string,
    fix: expect.stringContaining("the root of Confluent's API") as string,
  });
  fake?.close();
  const page = await client({ 'GET /subjects': { body: '<html>' } });
  await expect(page.registry.waitUntilUp()).rejects.toThrow(/the response is not JSON/);
});

test('a registry that never answers is an error after the wait, with the address and the fix', async () => {
  const registry = new SchemaRegistry({ url: 'http://127.0.0.1:2', wait: 0.3, log: logTo([]) });
  await expect(registry.waitUntilUp()).rejects.toMatchObject({
    code: 'REGISTRY_UNREACHABLE',
    message: expect.stringMatching(
      /http:\/\/127.0.0.1:2 did not answer within 0.3 s \(connect ECONNREFUSED/,
    ) as string,
    fix: expect.stringContaining('--schema-registry or SCHEMA_REGISTRY_URL') as string,
  });
});

test('a signal ends the wait', async () => {
  const registry = new SchemaRegistry({
    url: 'http://127.0.0.1:2',
    wait: 60,
    log: logTo([]),
    stop: AbortSignal.timeout(50),
  });
  await expect(registry.waitUntilUp()).rejects.toMatchObject({ code: 'STOPPED' });
});

test.each(['localhost:8081', 'ftp://ann:secret@localhost', ''])('throws if the address is %s', (url) => {
  const make = (): unknown => new SchemaRegistry({ url, wait: 1, log: logTo([]) });
  expect(make).toThrow(/must be http:\/\/HOST:PORT/);
  expect(make).not.toThrow(/secret/);
});
