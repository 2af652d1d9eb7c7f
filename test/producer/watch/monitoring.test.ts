import { spawnSync } from 'node:child_process';
import { WatchMetrics } from '../../../producer/watch/metrics';
import { listenAddress, MonitoringServer } from '../../../producer/watch/monitoring-server';

let metrics: WatchMetrics;
let server: MonitoringServer;
beforeEach(async () => {
  metrics = await WatchMetrics.create();
  server = await MonitoringServer.start({ host: '127.0.0.1', port: 0 }, metrics, ['kafka', 'sources']);
});
afterEach(() => server.close());

async function get(path: string, method = 'GET'): Promise<{ status: number; type: string; text: string }> {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, type, text: await response.text() };
}

/** Lines of the metrics of `strain_`, without help and type. */
async function samples(): Promise<string[]> {
  return (await get('/metrics')).text.split('\n').filter((line) => line.startsWith('strain_'));
}

/** A day in the life of a watcher. */
function useAll(newest: number): void {
  metrics.looked('/data', true);
  metrics.setWaiting('/data', 3);
  metrics.rowsPublished('B009', 'Min', 1_200, newest - 60_000);
  metrics.rowsPublished('B009', 'Min', 1_200, newest);
  // An old archive does not make a station older.
  metrics.rowsPublished('B009', 'Day', 143, newest - 86_400_000);
  metrics.archivePublished({ source: '/data', bytes: 4_264 });
  metrics.archivePublished({ source: '/data', bytes: 6_840 });
  metrics.damaged(2);
  metrics.archiveSkipped('/data');
  metrics.transactionEnded('committed');
  metrics.retried('kafka');
}

test('counts what happened', async () => {
  useAll(Date.now() - 45_000);
  metrics.looked('/data', false);
  metrics.looked('/data', false);
  const found = await samples();
  expect(found.filter((line) => !line.startsWith('strain_newest'))).toEqual([
    'strain_rows_published_total{station="B009",session="Min"} 2400',
    'strain_rows_published_total{station="B009",session="Day"} 143',
    'strain_archive_bytes_published_total 11104',
    'strain_damages_total 2',
    'strain_archives_published_total{source="/data"} 2',
    'strain_archives_skipped_total{source="/data"} 1',
    'strain_archives_waiting{source="/data"} 3',
    'strain_transactions_total{result="committed"} 1',
    'strain_transactions_total{result="aborted"} 0',
    'strain_retries_total{service="kafka"} 1',
    'strain_retries_total{service="registry"} 0',
    'strain_source_outages_total{source="/data"} 1',
    'strain_source_up{source="/data"} 0',
  ]);
});

test('the age of the newest sample grows between two scrapes', async () => {
  useAll(Date.now() - 45_000);
  const age = async (): Promise<number> => {
    const line = (await samples()).find((text) =>
      text.startsWith('strain_newest_sample_age_seconds{station="B009"}'),
    );
    return Number(line?.split(' ')[1]);
  };
  const first = await age();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(first).toBeGreaterThanOrEqual(45);
  expect((await age()) - first).toBeGreaterThanOrEqual(0.15);
});

const promtool = process.env.PROMTOOL ?? 'promtool';
const hasPromtool = spawnSync(promtool, ['--version']).status === 0;
(hasPromtool ? test : test.skip)(
  'Prometheus reads the text and finds nothing wrong with the names',
  async () => {
    useAll(Date.now());
    const { type, text } = await get('/metrics');
    expect(type).toMatch(/^text\/plain; version=0\.0\.4/);
    // The names of Node's own metrics are those of prom-client.
    const own = text.split(/(?=^# HELP )/m).filter((metric) => metric.startsWith('# HELP strain_'));
    const { status, stdout, stderr } = spawnSync(promtool, ['check', 'metrics'], {
      input: own.join(''),
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  },
);

test('is healthy at once, and ready when every condition holds', async () => {
  expect(await get('/healthz')).toMatchObject({ status: 200, text: 'ok\n' });
  expect(await get('/readyz')).toMatchObject({ status: 503, text: 'kafka: not yet\nsources: not yet\n' });
  server.holds('kafka');
  server.holds('sources');
  expect(await get('/readyz')).toMatchObject({ status: 200, text: 'kafka: ok\nsources: ok\n' });
  server.fails('kafka', 'connection refused');
  expect(await get('/readyz')).toMatchObject({
    status: 503,
    text: 'kafka: connection refused\nsources: ok\n',
  });
  // One condition can be asked for, as a pod's readiness should not wait for all.
  expect(await get('/readyz/kafka')).toMatchObject({ status: 503, text: 'kafka: connection refused\n' });
  expect(await get('/readyz/sources')).toMatchObject({ status: 200, text: 'sources: ok\n' });
  expect(await get('/readyz/other')).toMatchObject({ status: 404 });
});

test('other requests', async () => {
  expect(await get('/metrics?x=1', 'HEAD')).toMatchObject({ status: 200, text: '' });
  expect(await get('/')).toMatchObject({ status: 404, text: 'there are /healthz, /readyz and /metrics\n' });
  expect(await get('/metrics', 'POST')).toMatchObject({ status: 405 });
});

test('a port that is used is an error that says by whom', async () => {
  const taken = { host: '127.0.0.1', port: server.port };
  await expect(MonitoringServer.start(taken, metrics, [])).rejects.toMatchObject({
    code: 'SERVICE_FAILED',
    message: expect.stringMatching(
      /^cannot listen on 127\.0\.0\.1:\d+: .*EADDRINUSE.*\(pid \d+\)$/,
    ) as string,
    fix: 'give another address with --listen HOST:PORT',
  });
});

test.each([
  ['0.0.0.0:9400', { host: '0.0.0.0', port: 9400 }],
  ['localhost:0', { host: 'localhost', port: 0 }],
  ['[::1]:9400', { host: '::1', port: 9400 }],
])('--listen %s', (text, expected) => {
  expect(listenAddress(text)).toEqual(expected);
});

test.each(['9400', ':9400', 'localhost', 'localhost:70000', '::1:9400'])('--listen %s is refused', (text) => {
  expect(() => listenAddress(text)).toThrow('Expected HOST:PORT');
});
