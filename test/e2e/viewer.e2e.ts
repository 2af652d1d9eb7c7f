import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import path from 'node:path';
import { promisify } from 'node:util';

import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { Kafka, logLevel } from 'kafkajs';

import type { LiveRows, Marker, SeriesAnswer, Session, StationsAnswer } from '../../viewer/api';
import { COLUMNS } from '../../viewer/server/channels';
import { parsed } from './parsed';
import { produce, strainProducer, until } from './producing';
import { REAL_BOTTLES, services } from './services';
import { microstrainOf } from './strain/batch';
import { caughtUp, json, newFolder, rowsIn, sampleDay, useViewers, view } from './viewing';

const FIXTURES = path.resolve(__dirname, '../fixtures');
useViewers();

/** All samples of a station and session as counts, by instant. */
async function samples(
  url: string,
  { site, session }: { readonly site: string; readonly session: Session },
): Promise<[number, Record<string, unknown>][]> {
  const { stations } = await json<StationsAnswer>(`${url}/api/stations`);
  const { sessions } = stations.find((one) => one.site === site)!;
  const { firstTime, lastTime, intervalMs } = sessions.find((one) => one.session === session)!;
  const found = new Map<number, Record<string, unknown>>();
  const step = intervalMs * 90_000;
  for (let start = firstTime; start <= lastTime; start += step) {
    const period = `start=${start}&end=${start + step}&points=90000`;
    const answer = await json<SeriesAnswer>(`${url}/api/series?site=${site}&session=${session}&${period}`);
    for (const channel of answer.channels) {
      const { divisor } = COLUMNS[session].find(({ name }) => name === channel.name)!;
      if (!('values' in channel)) throw new Error('asked for samples, got buckets');
      for (const [row, value] of channel.values.entries()) {
        const at = answer.time[row]!;
        const values = found.get(at) ?? {};
        if (value !== null) values[channel.name] = Math.round(value * divisor);
        found.set(at, values);
      }
    }
  }
  return [...found];
}

/** The same from `strain-producer parse`, by station and session. */
async function parsedSamples(...paths: string[]): Promise<Map<string, [number, Record<string, unknown>][]>> {
  const streams = new Map<string, [number, Record<string, unknown>][]>();
  for (const [identity, row] of await parsed(...paths)) {
    const [site, session] = identity.split(' ') as [string, Session];
    const filled = COLUMNS[session].filter(({ name }) => (row[name] ?? null) !== null);
    const values = Object.fromEntries(filled.map(({ name }) => [name, row[name]]));
    const stream = streams.get(`${site} ${session}`) ?? [];
    stream.push([row.time as number, values]);
    streams.set(`${site} ${session}`, stream);
  }
  for (const rows of streams.values()) rows.sort(([a], [b]) => a - b);
  return streams;
}

const SAMPLES = ['B0092118200.tgz', 'B0092118205_20.tar', 'B00921182Day.tgz'].map((name) =>
  path.join(FIXTURES, name),
);

const BOTTLES = existsSync(REAL_BOTTLES)
  ? [
      { what: 'sample archives', paths: SAMPLES },
      { what: 'real bottles', paths: [REAL_BOTTLES] },
    ]
  : [{ what: 'sample archives', paths: SAMPLES }];

test.each(BOTTLES)('the samples of $what are those that parse reads, one by one', async ({ paths }) => {
  const topic = `viewer_samples_${paths.length}`;
  await produce(topic, paths);
  const expected = await parsedSamples(...paths);
  const { url } = await view(topic);
  await caughtUp(
    url,
    [...expected.values()].reduce((sum, rows) => sum + rows.length, 0),
  );
  for (const [name, rows] of expected) {
    const [site, session] = name.split(' ') as [string, Session];
    expect(await samples(url, { site, session })).toEqual(rows);
  }
});

/** Server-sent events of an address. */
function subscribe(url: string): { opened: Promise<void>; of: <T>(event: string) => T[]; close: () => void } {
  let text = '';
  let opened: () => void;
  const request = get(url, (response) => {
    response.setEncoding('utf8');
    response.on('data', (part: string) => {
      text += part;
      opened();
    });
  });
  request.on('error', () => undefined);
  return {
    opened: new Promise((resolve) => (opened = resolve)),
    of: <T>(event: string) =>
      text
        .split('\n\n')
        .filter((one) => one.startsWith(`event: ${event}\n`))
        .map((one) => JSON.parse(one.slice(one.indexOf('data: ') + 6)) as T),
    close: () => request.destroy(),
  };
}

test('rows reach a browser within two seconds after they were committed; replaced rows are asked for again', async () => {
  const topic = 'viewer_live';
  const [first, second] = [await sampleDay('2021-07-01'), await sampleDay('2021-07-02')];
  await produce(topic, [second]);
  const { url } = await view(topic);
  const before = (await caughtUp(url, await rowsIn(second))).stations[0]!;
  const events = subscribe(`${url}/api/live?site=B009&session=Day&channels=rs1_t0`);
  await events.opened;
  const third = await sampleDay('2021-07-03');
  await produce(topic, [third]);
  const committed = Date.now();
  await until('rows in the browser', () => events.of('rows').length > 0);
  expect(Date.now() - committed).toBeLessThan(2_000);
  const [{ bucketMs, time, channels }] = events.of<LiveRows>('rows') as [LiveRows];
  expect([bucketMs, time[0]! > before.lastTime, channels[0]!.name]).toEqual([null, true, 'rs1_t0']);
  await produce(topic, [first]);
  await until('a period to ask for again', () => events.of('reload').length > 0);
  expect(events.of('reload')).toEqual([{ start: Date.UTC(2021, 6, 1), end: Date.UTC(2021, 6, 1, 23, 50) }]);
  events.close();
});

test('a restart goes on where it ended, and a lost store is read again', async () => {
  const topic = 'viewer_restart';
  const dataDir = newFolder('kept');
  const days = [await sampleDay('2021-07-01'), await sampleDay('2021-07-02')] as const;
  const [one, both] = [await rowsIn(days[0]), await rowsIn(...days)];
  await produce(topic, [days[0]]);
  const first = await view(topic, [], dataDir);
  await caughtUp(first.url, one);
  // As a crash would: what was not committed to the store is lost.
  first.viewer.kill('SIGKILL');
  await first.viewer.end();
  await produce(topic, [days[1]]);
  const second = await view(topic, [], dataDir);
  await caughtUp(second.url, both);
  const rows = await samples(second.url, { site: 'B009', session: 'Day' });
  second.viewer.kill('SIGINT');
  expect(await second.viewer.end()).toBe(0);
  rmSync(dataDir, { recursive: true });
  const third = await view(topic, [], dataDir);
  await caughtUp(third.url, both);
  expect(await samples(third.url, { site: 'B009', session: 'Day' })).toEqual(rows);
});

test('rows of an aborted transaction never show, nor does what is not a row', async () => {
  const topic = 'viewer_aborted';
  const day = await sampleDay('2021-07-01');
  await produce(topic, [day]);
  const { bootstrapServers, registryUrl } = services.addresses;
  const registry = new SchemaRegistry({ host: registryUrl });
  const encode = async (part: string, record: unknown): Promise<Buffer> =>
    registry.encode(await registry.getLatestSchemaId(`${topic}-${part}`), record);
  const { schema } = await json<{ schema: string }>(`${registryUrl}/subjects/${topic}-value/versions/latest`);
  const { fields } = JSON.parse(schema) as { fields: { name: string }[] };
  const empty = Object.fromEntries(fields.map(({ name }) => [name, null]));
  const message = async (site: string) => ({
    key: await encode('key', { site }),
    value: await encode('value', { ...empty, site, time: 0, timestamp: '', rs1_t0: 1 }),
  });
  const kafka = new Kafka({ brokers: [bootstrapServers], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ transactionalId: topic, idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const aborted = await producer.transaction();
  await aborted.send({ topic, messages: [await message('ABRT')] });
  await aborted.abort();
  const committed = await producer.transaction();
  await committed.send({ topic, messages: [{ key: 'text', value: 'text' }, await message('KEPT')] });
  await committed.commit();
  await producer.disconnect();
  const { url } = await view(topic);
  const { stations } = await caughtUp(url, (await rowsIn(day)) + 1);
  expect(stations.map(({ site }) => site).sort()).toEqual(['B009', 'KEPT']);
});

test('constants of a station turn its counts into strain, and back when they are deleted', async () => {
  const topic = 'viewer_constants';
  const day = await sampleDay('2021-07-01', 'B077');
  await produce(topic, [day]);
  const { url } = await view(topic);
  await caughtUp(url, await rowsIn(day));
  const names = async (): Promise<string[]> => {
    const { stations } = await json<StationsAnswer>(`${url}/api/stations`);
    return stations[0]!.sessions[0]!.channels.map(({ name }) => name);
  };
  expect(await names()).not.toContain('areal');
  const constants = { references: [5e7, 5e7, 5e7, 5e7] as const, gap: 0.0002 };
  const references = Object.fromEntries(
    constants.references.map((it, gauge) => [`reference_${gauge + 1}`, it]),
  );
  await setStation('B077', { ...references, gap: constants.gap, azimuth: 30 });
  await until('areal strain', async () => (await names()).includes('areal'));

  const row = (await parsed(day)).values().next().value!;
  const instant = row.time as number;
  const { channels } = await json<SeriesAnswer>(
    `${url}/api/series?site=B077&session=Day&channels=rs1_t0,rs2_t0,areal&start=${instant}&end=${instant + 1}&unit=microstrain`,
  );
  const gauges = microstrainOf({ session: 'Day', key: { site: 'B077' }, value: row as never }, constants);
  expect(channels.map(({ unit }) => unit)).toEqual(['microstrain', 'microstrain', 'microstrain']);
  const values = channels.map((channel) => ('values' in channel ? channel.values[0] : undefined));
  expect(values[0]).toBeCloseTo(gauges[0]!, 9);
  expect(values[1]).toBeCloseTo(gauges[1]!, 9);
  // The worked row of the format's description, which holds for any azimuth.
  const areal = [0.2962962963, 0.5185185185, 0.2962962963, 0.2222222222];
  expect(values[2]).toBeCloseTo(
    areal.reduce((sum, coefficient, gauge) => sum + coefficient * gauges[gauge]!, 0),
    5,
  );

  await setStation('B077', null);
  await until('counts only', async () => !(await names()).includes('areal'));
});

/** Publishes the constants of a station, or deletes them. */
async function setStation(site: string, constants: Record<string, unknown> | null): Promise<void> {
  const { bootstrapServers, registryUrl } = services.addresses;
  const registry = new SchemaRegistry({ host: registryUrl });
  const encode = async (part: string, record: unknown): Promise<Buffer> => {
    const subject = `gtsm_stations-${part}`;
    const schema = readFileSync(path.resolve(__dirname, `../../avro_schemas/${subject}.avsc`), 'utf8');
    const { id } = await registry.register({ type: SchemaType.AVRO, schema }, { subject });
    return registry.encode(id, record);
  };
  const key = await encode('key', { site });
  const value = constants && (await encode('value', constants));
  const kafka = new Kafka({ brokers: [bootstrapServers], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  const admin = kafka.admin();
  await admin.createTopics({ topics: [{ topic: 'gtsm_stations', numPartitions: 1 }], waitForLeaders: true });
  await producer.connect();
  await producer.send({ topic: 'gtsm_stations', acks: -1, messages: [{ key, value }] });
  await Promise.all([producer.disconnect(), admin.disconnect()]);
}

test('markers are kept in Kafka, and their text is only text', async () => {
  const topic = 'viewer_markers';
  const { url } = await view(topic);
  const marker = { site: 'B009', time: 1_625_097_600_000, text: `<img src=x onerror=alert(1)> ${topic}` };
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify(marker);
  const made = await fetch(`${url}/api/markers`, { method: 'POST', headers, body });
  expect(made.status).toBe(201);
  const { id } = (await made.json()) as Marker;
  const other = await view(topic);
  const there = async (): Promise<boolean> =>
    (await json<Marker[]>(`${other.url}/api/markers?site=B009`)).some(
      (one) => one.id === id && one.text === marker.text,
    );
  await until('the marker in another viewer', there);
  expect((await fetch(`${url}/api/markers/${id}`, { method: 'DELETE' })).status).toBe(204);
  await until('the marker is gone', async () => !(await there()));
});

const JSON_TYPE = { 'content-type': 'application/json' };
const MARKER = JSON.stringify({ site: null, time: 0, text: 'x' });

const REFUSED: readonly [string, string, RequestInit, number][] = [
  ['a site that is a path', '/api/series?site=..%2F..&session=Day&start=0&end=1', {}, 404],
  ['an instant that is not one', '/api/series?site=B009&session=Day&start=0&end=1e999', {}, 400],
  ['a number that is not one', '/api/series?site=B009&session=Day&start=0&end=1&points=abc', {}, 400],
  ['SQL in a channel', '/api/series?site=B009&session=Day&start=0&end=1&channels=time)%20--', {}, 400],
  ['an unknown parameter', '/api/series?site=B009&session=Day&start=0&end=1&x=1', {}, 400],
  ['too many points', '/api/series?site=B009&session=Day&start=0&end=1&points=100001', {}, 400],
  ['a file outside the page', '/..%2f..%2f..%2fetc%2fpasswd', {}, 404],
  [
    'another site',
    '/api/markers',
    { method: 'POST', headers: { ...JSON_TYPE, 'sec-fetch-site': 'cross-site' }, body: MARKER },
    403,
  ],
  [
    'another origin',
    '/api/markers',
    { method: 'POST', headers: { ...JSON_TYPE, origin: 'http://evil.example' }, body: MARKER },
    403,
  ],
  [
    'a form',
    '/api/markers',
    { method: 'POST', headers: { 'content-type': 'text/plain' }, body: MARKER },
    415,
  ],
  [
    'a text that is too long',
    '/api/markers',
    { method: 'POST', headers: JSON_TYPE, body: MARKER.replace('x', 'x'.repeat(501)) },
    400,
  ],
  [
    'a body that is too large',
    '/api/markers',
    { method: 'POST', headers: JSON_TYPE, body: 'x'.repeat(10_000) },
    413,
  ],
];

test('requests that are not as they should be are refused, with what is wrong', async () => {
  const topic = 'viewer_refusals';
  const day = await sampleDay('2021-07-01');
  await produce(topic, [day]);
  const { url } = await view(topic);
  await caughtUp(url, await rowsIn(day));
  for (const [what, address, request, status] of REFUSED) {
    const response = await fetch(`${url}${address}`, request);
    expect([what, response.status]).toEqual([what, status]);
    expect(await response.json()).toEqual(expect.objectContaining({ error: expect.any(String) as string }));
  }
});

test('with a token, nothing is served without it; read-only, no marker is set', async () => {
  const tokenFile = path.join(newFolder('token'), 'token');
  writeFileSync(tokenFile, 'se cret\n');
  const { url } = await view('viewer_token', ['--token-file', tokenFile, '--read-only']);
  for (const address of ['/', '/api/stations', '/api/live', '/api/settings']) {
    expect((await fetch(`${url}${address}`)).status).toBe(401);
    expect((await fetch(`${url}${address}?token=other`)).status).toBe(401);
  }
  const opened = await fetch(`${url}/?token=se%20cret`);
  const cookie = opened.headers.getSetCookie()[0]!.split(';')[0]!;
  expect((await fetch(`${url}/api/settings`, { headers: { cookie } })).status).toBe(200);
  const headers = { ...JSON_TYPE, authorization: 'Bearer se cret' };
  expect((await fetch(`${url}/api/markers`, { method: 'POST', headers, body: MARKER })).status).toBe(403);
});

test('behind a path prefix, page and API are under it', async () => {
  const { url } = await view('viewer_prefix', ['--path-prefix', '/strain']);
  expect((await fetch(`${url}/strain/`)).headers.get('content-type')).toContain('text/html');
  expect(await json(`${url}/strain/api/health`)).toEqual({ status: 'ok' });
  expect((await fetch(`${url}/api/health`)).status).toBe(404);
});

test('the five lines of Python in the docs read a series', async () => {
  const page = readFileSync(path.resolve(__dirname, '../../docs/viewer.md'), 'utf8');
  const lines = /```python\n([^`]*)```/.exec(page)![1]!;
  expect(lines.trim().split('\n').length).toBeLessThanOrEqual(5);
  const topic = 'viewer_python';
  const dir = newFolder('hour');
  await strainProducer(['sample', dir]);
  const hour = path.join(dir, 'B0092118200.tgz');
  await produce(topic, [hour]);
  const { url } = await view(topic);
  await caughtUp(url, await rowsIn(hour));
  const program = lines.replaceAll('http://localhost:8095', url);
  const { stdout } = await promisify(execFile)(process.env.PYTHON ?? 'python3', ['-c', program]);
  expect(stdout).toContain('48116355');
});
