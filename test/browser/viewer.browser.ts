import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { type Browser, chromium, type Page } from 'playwright-core';

import { produce, strainProducer, until } from '../e2e/producing';
import { services } from '../e2e/services';
import { caughtUp, newFolder, rowsIn, sampleDay, type Served, useViewers, view } from '../e2e/viewing';

/** Debian's, unless another is given. */
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** Pictures for people to look at. */
const PICTURES = path.resolve(__dirname, '../../.local/screenshots');
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser;
beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true });
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
});
afterAll(() => browser?.close());
useViewers();

/** What went wrong in a page: errors of its script and of its policy. */
const problems: string[] = [];
afterEach(() => expect(problems.splice(0)).toEqual([]));

interface Look {
  readonly scheme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
}

/** Opens an address in a window of its own. */
async function open(url: string, { scheme = 'light', width = 1400, height = 900 }: Look = {}): Promise<Page> {
  // The policy of the page forbids other scripts; axe is one.
  const context = await browser.newContext({
    colorScheme: scheme,
    viewport: { width, height },
    bypassCSP: true,
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto(url);
  return page;
}

/** Waits until the page shows a text. */
async function shows(page: Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).filter({ visible: true }).first().waitFor({ timeout: 30_000 });
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found: { violations: { id: string; nodes: { html: string }[] }[] } = await page.evaluate('axe.run()');
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html}`);
}

/** Takes a picture and checks that everyone can use what it shows. */
async function look(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(PICTURES, `${name}.png`) });
  expect([name, await violations(page)]).toEqual([name, []]);
}

/** The default samples: B009's day, and an hour at 1 Hz and at 20 Hz, with gaps. */
async function samples(topic: string): Promise<Served> {
  const dir = newFolder('samples');
  await strainProducer(['sample', dir]);
  await produce(topic, [dir]);
  const served = await view(topic);
  await caughtUp(served.url, await rowsIn(dir));
  return served;
}

const HOUR = 'start=2021-07-01T00:00:00Z&end=2021-07-01T01:00:00Z';

test('without rows, the page says how to publish some, and shows them when they come', async () => {
  const topic = 'browser_empty';
  const { url } = await view(topic);
  const page = await open(url);
  await shows(page, /npm run ingest/);
  await look(page, 'empty');
  await produce(topic, [await sampleDay('2021-07-01')]);
  await page.getByRole('link', { name: 'B009' }).first().waitFor({ timeout: 30_000 });
});

test('rows that are published while the traces are open appear', async () => {
  const topic = 'browser_live';
  await produce(topic, [await sampleDay('2021-07-01')]);
  const { url } = await view(topic);
  const page = await open(`${url}/?view=traces&site=B009&session=Day&follow=86400`);
  await shows(page, /2021-07-01 \(182\)/);
  await produce(topic, [await sampleDay('2021-07-02')]);
  await shows(page, /2021-07-0[23] \(18[34]\)/);
});

test('the wheel zooms from the envelope to the samples, and a gap is named', async () => {
  const { url } = await samples('browser_zoom');
  const page = await open(`${url}/?view=traces&site=B009&session=Min&channels=bs1_t0&${HOUR}`);
  await shows(page, /mean, least and greatest of each/);
  const chart = page.getByRole('img', { name: /Gauge 1/ });
  expect(await chart.getAttribute('aria-label')).toMatch(/gap/);
  await look(page, 'envelope');
  const { x, y, width, height } = (await chart.boundingBox())!;
  await page.mouse.move(x + width / 2, y + height / 2);
  await until('samples', async () => {
    await page.mouse.wheel(0, -600);
    return page
      .getByText(/samples/)
      .first()
      .isVisible();
  });
  await look(page, 'samples');
});

test('a killed server and a killed broker are named, and both are found again', async () => {
  const topic = 'browser_faults';
  const day = await sampleDay('2021-07-01');
  await produce(topic, [day]);
  const dataDir = newFolder('faults');
  const { url, viewer } = await view(topic, [], dataDir);
  const page = await open(url);
  await page.getByRole('link', { name: 'B009' }).first().waitFor();
  await services.killBroker();
  await shows(page, /Kafka cannot be reached since/);
  await look(page, 'kafka-lost');
  await services.startBroker();
  await page.getByText(/Kafka cannot be reached/).waitFor({ state: 'detached', timeout: 60_000 });
  viewer.kill('SIGKILL');
  await viewer.end();
  await shows(page, /server has not answered since/);
  await look(page, 'server-lost');
  const port = new URL(url).port;
  await view(topic, ['--listen', `localhost:${port}`], dataDir);
  await page.getByText(/server has not answered/).waitFor({ state: 'detached', timeout: 60_000 });
});

test.each([
  { name: 'light', look: {} },
  { name: 'dark', look: { scheme: 'dark' } },
  { name: 'narrow', look: { width: 360, height: 740 } },
  { name: 'wide', look: { width: 3_840, height: 2_160 } },
] as const)('every view can be used: $name', async ({ name, look: how }) => {
  const { url } = await samples(`browser_${name}`);
  /** Each with a text that it has when its data is there. */
  const views: Readonly<Record<string, [string, RegExp]>> = {
    stations: ['', /silent/],
    traces: [`?view=traces&site=B009&session=Hour&${HOUR}`, /^last [\d\s]+/],
    spectrogram: [`?view=spectrogram&site=B009&session=Min&channels=bs1_t0&${HOUR}`, /^Loudest/],
    day: [`?view=day&site=B009&session=Hour&channels=ls1_t0&${HOUR}`, /counts high/],
  };
  const page = await open(url, how);
  for (const [one, [query, text]] of Object.entries(views)) {
    await page.goto(`${url}/${query}`);
    await shows(page, text);
    await look(page, `${one}-${name}`);
    const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect([one, await page.evaluate(overflow)]).toEqual([one, 0]);
  }
});

test('the keyboard is enough: from the list to a trace, zoomed, panned and followed', async () => {
  const { url } = await samples('browser_keys');
  const page = await open(url);
  await page.getByRole('link', { name: 'B009' }).first().waitFor();
  await until('the station has the focus', async () => {
    await page.keyboard.press('Tab');
    return (await page.evaluate('document.activeElement.textContent')) === 'B009';
  });
  await page.keyboard.press('Enter');
  await page.getByRole('img', { name: /Gauge 1/ }).waitFor();
  const before = page.url();
  await page.keyboard.press('+');
  await until('a zoomed address', () => page.url() !== before);
  const zoomed = page.url();
  await page.keyboard.press('ArrowLeft');
  await until('a panned address', () => page.url() !== zoomed);
  await page.keyboard.press('f');
  await until('an address that follows', () => page.url().includes('follow='));
});

test('markers and station names are shown as text', async () => {
  const { url } = await samples('browser_hostile');
  const text = '<img src=x onerror="document.title=1">';
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ site: 'B009', time: Date.UTC(2021, 6, 1, 0, 30), text });
  expect((await fetch(`${url}/api/markers`, { method: 'POST', headers, body })).status).toBe(201);
  const page = await open(`${url}/?view=traces&site=B009&session=Hour&${HOUR}`);
  await shows(page, text);
  expect(await page.title()).not.toBe('1');
});
