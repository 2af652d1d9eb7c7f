import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startRegistryProxy } from '../../../local/services/registry-proxy';

let registry: Server;
let proxy: Server;
let url: string;

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

beforeAll(async () => {
  // In place of Apicurio: responds with the request that it received.
  registry = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () =>
      response
        .writeHead(request.method === 'DELETE' ? 404 : 200)
        .end(`${request.method} ${request.url} ${body}`),
    );
  }).listen(0, '127.0.0.1');
  await once(registry, 'listening');
  proxy = await startRegistryProxy(0, portOf(registry));
  url = `http://127.0.0.1:${portOf(proxy)}`;
});

afterAll(() => {
  proxy.closeAllConnections();
  proxy.close();
  registry.closeAllConnections();
  registry.close();
});

test.each([
  ['/subjects', '/apis/ccompat/v7/subjects'],
  [
    '/subjects/gtsm_etl-value/versions/1?deleted=true',
    '/apis/ccompat/v7/subjects/gtsm_etl-value/versions/1?deleted=true',
  ],
  ['/schemas/ids/1', '/apis/ccompat/v7/schemas/ids/1'],
  ['/config', '/apis/ccompat/v7/config'],
  ['/apis/ccompat/v7/subjects', '/apis/ccompat/v7/subjects'],
  ['/apis/registry/v3/system/info', '/apis/registry/v3/system/info'],
  ['/subjectsandmore', '/subjectsandmore'],
])('%s is forwarded to %s', async (asked, forwarded) => {
  expect(await (await fetch(url + asked)).text()).toBe(`GET ${forwarded} `);
});

test('method, body and status are passed on', async () => {
  const posted = await fetch(`${url}/subjects/a/versions`, { method: 'POST', body: '{"schema":1}' });
  expect(await posted.text()).toBe('POST /apis/ccompat/v7/subjects/a/versions {"schema":1}');
  expect((await fetch(`${url}/subjects/a`, { method: 'DELETE' })).status).toBe(404);
});

test("the root responds to programs like Confluent's registry", async () => {
  expect(await (await fetch(url)).json()).toEqual({});
});

test('responds with 502 and the reason when the registry does not answer', async () => {
  const unconnected = await startRegistryProxy(0, 1);
  const response = await fetch(`http://127.0.0.1:${portOf(unconnected)}/subjects`);
  unconnected.closeAllConnections();
  unconnected.close();
  expect(response.status).toBe(502);
  expect(await response.json()).toMatchObject({
    message: expect.stringContaining('the registry does not answer') as string,
  });
});
