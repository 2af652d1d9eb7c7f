import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { folderOf } from '../helpers';
import { watch } from './helpers';
import { ListingServer } from './listing-server';

/** Makes a file, written long ago unless a date is given. */
function put(path: string, content: string | Buffer = 'x', date = new Date(1.6e12)): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  utimesSync(path, date, date);
}

/** A server of a folder with one archive of a station on each of four days. */
async function archiveOf(): Promise<{ root: string; server: ListingServer }> {
  const root = folderOf({});
  for (const day of ['179', '180', '181', '182'])
    put(join(root, `B009/2021/${day}/B00921${day}Day.tgz`), day);
  return { root, server: await ListingServer.start(root) };
}

test('finds the archives of a listing by station, session and period, and downloads them under their names', async () => {
  const { root, server } = await archiveOf();
  put(join(root, 'B001/2021/182/B001.2021182Day.tgz'), 'of B001');
  put(join(root, 'readme.txt'));
  const watched = await watch(server.address);
  const found = await watched.poll();
  expect(found.map(({ path }) => path.replace(server.address, ''))).toEqual([
    'B001/2021/182/B001.2021182Day.tgz',
    'B009/2021/179/B00921179Day.tgz',
    'B009/2021/180/B00921180Day.tgz',
    'B009/2021/181/B00921181Day.tgz',
    'B009/2021/182/B00921182Day.tgz',
  ]);
  const local = await found[0]!.fetch(watched.signal);
  expect(basename(local!.path)).toBe('B001.2021182Day.tgz');
  expect(readFileSync(local!.path, 'utf8')).toBe('of B001');
  await local!.release();
  expect(existsSync(local!.path)).toBe(false);
  expect(server.headers.get('/pub/')?.['user-agent']).toMatch(/^strain-producer\/\d+\.\d+\.\d+$/);
  expect(watched.log).toEqual([expect.stringContaining('readme.txt and other files')]);
});

test('looks where news are to be expected, with conditional requests, and finds them within 5 s', async () => {
  const { root, server } = await archiveOf();
  const watched = await watch(server.address);
  await watched.poll();
  await watched.poll();
  server.requests.length = 0;
  expect(await watched.names()).toEqual([]);
  expect(server.requests).toEqual([
    'GET /pub/ 304',
    'GET /pub/B009/ 304',
    'GET /pub/B009/2021/ 304',
    'GET /pub/B009/2021/181/ 304',
    'GET /pub/B009/2021/182/ 304',
  ]);
  const began = Date.now();
  put(join(root, 'B009/2021/183/B00921183Day.tgz'));
  expect((await watched.next()).map(({ name }) => name)).toEqual(['B00921183Day.tgz']);
  expect(Date.now() - began).toBeLessThan(5_000);
});

test('an archive that is replaced is found again', async () => {
  const { root, server } = await archiveOf();
  const watched = await watch(server.address);
  await watched.poll();
  put(join(root, 'B009/2021/182/B00921182Day.tgz'), 'a new issue');
  const [archive] = await watched.next();
  const local = await archive!.fetch(watched.signal);
  expect(readFileSync(local!.path, 'utf8')).toBe('a new issue');
});

test('a page without dates will do', async () => {
  const { server } = await archiveOf();
  server.dates = false;
  const watched = await watch(server.address);
  expect(await watched.names()).toHaveLength(4);
  expect(await watched.namesWithin(2_500)).toEqual([]);
});

test('only links below the page are followed', async () => {
  const root = folderOf({});
  put(join(root, 'B0092118200.tgz'));
  const server = await ListingServer.start(root);
  const links = [
    ...['/B0182118200.tgz', '../B0182118200.tgz', '%2e%2e/B0182118200.tgz', 'x%2F..%2FB0182118200.tgz'],
    ...[
      'http://example.org/B0182118200.tgz',
      '//example.org/pub/B0182118200.tgz',
      'javascript:x',
      '?B0182118200.tgz',
    ],
    ...['./', '#top', '', 'B0092118200.tgz#part', '%ff.tgz', 'http://['],
  ];
  server.fault = (request, response) => {
    if (request.url !== '/pub/') return false;
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(links.map((href) => `<a href='${href}'>a link</a>`).join('<br>'));
    return true;
  };
  const watched = await watch(server.address);
  expect((await watched.poll()).map(({ path }) => path)).toEqual([`${server.address}B0092118200.tgz`]);
});

test('asks by date where there is no ETag, but not by one so young that a change would not show', async () => {
  const root = folderOf({});
  const server = await ListingServer.start(root);
  let modified = new Date(1.6e12).toUTCString();
  server.fault = (_, response) => {
    response.writeHead(200, { 'content-type': 'text/html', 'last-modified': modified }).end('<p>empty</p>');
    return true;
  };
  const watched = await watch(server.address);
  for (let i = 0; i < 3; i++) await watched.poll();
  expect(server.headers.get('/pub/')?.['if-modified-since']).toBe(modified);
  modified = new Date().toUTCString();
  for (let i = 0; i < 2; i++) await watched.poll();
  expect(server.headers.get('/pub/')?.['if-modified-since']).toBeUndefined();
});

test('a redirect to another server is followed for an archive, without the password, but not for a page', async () => {
  const { root, server } = await archiveOf();
  const other = await ListingServer.start(root);
  const path = 'B009/2021/182/B00921182Day.tgz';
  server.fault = (request, response) => {
    if (!request.url?.endsWith('.tgz')) return false;
    response.writeHead(302, { location: other.address + path }).end();
    return true;
  };
  const address = server.address.replace('http://', 'http://station:secret@');
  const watched = await watch(address);
  const found = await watched.poll();
  const local = await found[3]!.fetch(watched.signal);
  expect(readFileSync(local!.path, 'utf8')).toBe('182');
  expect(other.headers.get(`/pub/${path}`)?.authorization).toBeUndefined();

  server.fault = (_, response) => {
    response.writeHead(301, { location: other.address }).end();
    return true;
  };
  await expect((await watch(address)).poll()).rejects.toThrow(
    `it redirects to ${other.address}, which is not below the address`,
  );
});

test('an outage is logged once, waits as long as the server asks, and loses nothing', async () => {
  const { root, server } = await archiveOf();
  const watched = await watch(server.address);
  await watched.poll();
  const refused: number[] = [];
  server.fault = (_, response) => {
    refused.push(Date.now());
    response.writeHead(503, { 'retry-after': '2' }).end();
    return true;
  };
  await watched.namesWithin(6_500);
  expect(watched.source.isReachable).toBe(false);
  expect(refused.length).toBeGreaterThanOrEqual(2);
  expect(Math.min(...refused.slice(1).map((at, i) => at - refused[i]!))).toBeGreaterThanOrEqual(1_900);

  put(join(root, 'B009/2021/183/B00921183Day.tgz'));
  server.fault = () => false;
  expect((await watched.next(30_000)).map(({ name }) => name)).toEqual(['B00921183Day.tgz']);
  expect(watched.log).toEqual([
    `warn: ${server.address} cannot be read (status 503): trying again in 2 s, then at least every 60 s`,
    expect.stringMatching(/^info: .* can be read again, after \d+ s$/),
  ]);
}, 60_000);

test('a server that is down at the start, and goes away before a download, is waited for', async () => {
  const { server } = await archiveOf();
  await server.stop();
  const watched = await watch(server.address);
  expect(await watched.names()).toEqual([]);
  await server.start();
  const [archive] = await watched.next();
  await server.stop();
  expect(await archive!.fetch(watched.signal)).toBeUndefined();
  await server.start();
  const again = await watched.next();
  expect(again.map(({ name }) => name)).toEqual([archive!.name]);
  expect(await again[0]!.fetch(watched.signal)).toBeDefined();
  expect(watched.log.map((line) => line.replace(/^.*cannot be read \((.*?)\).*/, '$1'))).toEqual([
    expect.stringContaining('ECONNREFUSED'),
    expect.stringContaining('can be read again'),
    expect.stringContaining('ECONNREFUSED'),
    expect.stringContaining('can be read again'),
  ]);
});

test('a download that breaks off is resumed where it stopped', async () => {
  const root = folderOf({});
  const content = Buffer.from(Array.from({ length: 200_000 }, (_, i) => i % 251));
  put(join(root, 'B00921182_20.tar'), content);
  const server = await ListingServer.start(root);
  let cuts = 0;
  server.fault = (request, response) => {
    if (!request.url?.endsWith('.tar') || cuts === 2) return false;
    cuts += 1;
    // The real server, except that the connection breaks after some bytes of the body.
    const end = response.end.bind(response);
    response.end = ((rest: Buffer) => {
      response.write(rest.subarray(0, 50_000));
      setTimeout(() => response.destroy(), 50);
      response.end = end;
      return response;
    }) as typeof response.end;
    return false;
  };
  const watched = await watch(server.address);
  const [archive] = await watched.poll();
  const local = await archive!.fetch(watched.signal);
  expect(readFileSync(local!.path).equals(content)).toBe(true);
  expect(cuts).toBe(2);
  expect(server.headers.get('/pub/B00921182_20.tar')).toMatchObject({ range: 'bytes=100000-' });
});

test('an archive that the server cannot send is left out, the others are not', async () => {
  const { server } = await archiveOf();
  server.fault = (request, response) => {
    if (!request.url?.endsWith('180Day.tgz')) return false;
    response.writeHead(500).end();
    return true;
  };
  const watched = await watch(server.address);
  const found = await watched.poll();
  const fetched = [];
  for (const archive of found) fetched.push((await archive.fetch(watched.signal)) !== undefined);
  expect(fetched).toEqual([true, false, true, true]);
  expect(watched.source.isReachable).toBe(true);
  expect(watched.log).toEqual([
    `warn: ${found[1]!.path} is left out (status 500): trying again in 60 s, then at longer intervals`,
  ]);
});

test('an archive that is still being written on the server is not taken, nor is the one after it', async () => {
  const root = folderOf({});
  const path = join(root, 'B0092118200.tgz');
  put(path, 'half', new Date());
  const server = await ListingServer.start(root);
  const watched = await watch(server.address, { intervalSeconds: 0.2 });
  const [half] = await watched.poll();
  expect(await half!.fetch(watched.signal)).toBeUndefined();
  await sleep(500);
  put(path, 'the whole', new Date());
  put(join(root, 'B0092118201.tgz'), 'the next', new Date(0));
  const contents: string[] = [];
  const limit = Date.now() + 8_000;
  while (contents.length < 2 && Date.now() < limit) {
    for (const archive of await watched.next()) {
      const local = await archive.fetch(watched.signal);
      if (local) contents.push(readFileSync(local.path, 'utf8'));
    }
  }
  expect(contents).toEqual(['the whole', 'the next']);
  expect(watched.log).toEqual([]);
}, 30_000);

test('user and password are sent to that server, and shown nowhere', async () => {
  const { server } = await archiveOf();
  const watched = await watch(server.address.replace('http://', 'http://station:p%40ss@'));
  const [archive] = await watched.poll();
  expect(server.headers.get('/pub/')?.authorization).toBe(
    `Basic ${Buffer.from('station:p@ss').toString('base64')}`,
  );
  expect(`${watched.source.address} ${archive!.path}`).not.toContain('p%40ss');
});

test('requests keep a distance', async () => {
  const { server } = await archiveOf();
  const times: number[] = [];
  server.fault = () => {
    times.push(Date.now());
    return false;
  };
  await (await watch(server.address)).poll();
  expect(times).toHaveLength(7);
  // Six distances of 100 ms; on a busy machine, the first request may arrive late.
  expect(times.at(-1)! - times[0]!).toBeGreaterThan(400);
});

test.each([
  ['nothing there', '/elsewhere/', 404, 'status 404'],
  ['not a page', '/pub/B00921182Day.tgz', 404, 'status 404'],
  ['forbidden', '/pub/', 403, 'status 403'],
])('a wrong address is an error at the start: %s', async (_, path, status, message) => {
  const { server } = await archiveOf();
  server.fault = (__, response) => {
    response.writeHead(status).end();
    return true;
  };
  const address = new URL(path, server.address).href;
  await expect((await watch(address)).poll()).rejects.toMatchObject({
    code: 'INPUT_UNREADABLE',
    message: expect.stringContaining(message) as string,
  });
});
