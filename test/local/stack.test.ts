import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePorts } from '../../cli/ports';
import type { UserError } from '../../contract/user-error';
import { DEFAULT_PORTS, SERVICES } from '../../local/services/index';
import { liveServices } from '../../local/services/live';
import type { ServiceDefinition } from '../../local/services/service';
import type { LocalSettings } from '../../local/settings';
import { LocalStack } from '../../local/stack';

let settings: LocalSettings;

beforeEach(async () => {
  const stateDir = mkdtempSync(path.join(tmpdir(), 'stack-'));
  const names = [...Object.keys(DEFAULT_PORTS), 'web'];
  const free = await freePorts(names.length);
  const ports = Object.fromEntries(names.map((name, i) => [name, free[i]])) as LocalSettings['ports'];
  settings = { stateDir, partsDir: path.join(stateDir, 'parts'), ports };
});

afterEach(() => rmSync(settings.stateDir, { recursive: true }));

/** A service in Node in place of Java. It answers with the number of its inner port. */
const web: ServiceDefinition = {
  name: 'web',
  ports: { web: 8090 },
  innerPorts: ['webInner'],
  create: ({ port }) => ({
    args: [
      '-e',
      `require('node:http').createServer((_, answer) => answer.end('${port('webInner')}')).listen(${port('web')})`,
    ],
    ready: async () => (await fetch(`http://localhost:${port('web')}`)).ok,
  }),
};

const start = (
  definitions: readonly ServiceDefinition[],
  events: { ready?: (name: string) => void; died?: (error: UserError) => void } = {},
): Promise<LocalStack> => {
  const none = (): void => undefined;
  return LocalStack.start(settings, process.execPath, { ready: none, died: none, ...events }, definitions);
};

test('a definition is all that a service needs: its ports, its start, its log and its stop', async () => {
  const ready: string[] = [];
  const stack = await start([web], { ready: (name) => ready.push(name) });
  const url = `http://localhost:${settings.ports.web}`;
  expect(Number(await (await fetch(url)).text())).toBeGreaterThan(1023);
  expect(ready).toEqual(['web']);
  expect(readFileSync(path.join(settings.stateDir, 'log', 'web.log'), 'utf8')).toBe('');
  await stack.stop();
  expect(stack.pids).toEqual([]);
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});

test('clients stop before the services that they use', async () => {
  /** Writes its name when it ends, some time after SIGTERM. */
  const slow = (name: string, stopsFirst: boolean, ms: number): ServiceDefinition => ({
    name,
    stopsFirst,
    create: () => ({
      args: [
        '-e',
        `const fs = require('node:fs');
        setInterval(() => undefined, 1000);
        const end = () => { fs.appendFileSync('ended', '${name} '); process.exit(); };
        process.on('SIGTERM', () => setTimeout(end, ${ms}));
        fs.writeFileSync('${name}', '');`,
      ],
      ready: () => Promise.resolve(existsSync(path.join(settings.stateDir, name))),
    }),
  });
  const stack = await start([slow('broker', false, 0), slow('client', true, 500)]);
  await stack.stop();
  expect(readFileSync(path.join(settings.stateDir, 'ended'), 'utf8')).toBe('client broker ');
});

test('what starts later waits for its call; its port is checked and its end reported like any other', async () => {
  const later: ServiceDefinition = {
    name: 'later',
    startsLater: true,
    ports: { kafka: 1 },
    create: () => ({
      program: '/bin/sh',
      args: ['-c', 'echo up; sleep 1; exit 5'],
      ready: () => Promise.resolve(true),
    }),
  };
  const ready: string[] = [];
  let report: (error: UserError) => void = () => undefined;
  const died = new Promise<UserError>((resolve) => (report = resolve));
  const stack = await start([web, later], { ready: (name) => ready.push(name), died: report });
  expect(ready).toEqual(['web']);
  await stack.startLater();
  expect(ready).toEqual(['web', 'later']);
  expect(await died).toMatchObject({ message: 'later ended (exit 5)', log: { lines: ['up'] } });
  await stack.stop();

  const holder = createServer().listen(settings.ports.kafka, '127.0.0.1');
  await once(holder, 'listening');
  await expect(start([web, later])).rejects.toThrow(`port ${settings.ports.kafka} (kafka) is in use`);
  // Nobody else needs it.
  await (await start([web])).stop();
  holder.close();
});

test('a service that ends by itself is reported with its log', async () => {
  const died = new Promise<UserError>((resolve) => {
    const crash: ServiceDefinition = {
      name: 'crash',
      create: () => ({
        args: ['-e', "console.log('out of luck'); setTimeout(() => process.exit(7), 1000)"],
        ready: () => Promise.resolve(true),
      }),
    };
    void start([crash], { died: resolve });
  });
  expect(await died).toMatchObject({ message: 'crash ended (exit 7)', log: { lines: ['out of luck'] } });
});

test('names and ports of all services are unique', () => {
  const all = [...SERVICES, ...liveServices({ stations: ['B009'], speed: 1 })];
  const names = all.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const ports = all.flatMap((service) => Object.keys(service.ports ?? {}));
  expect(Object.keys(DEFAULT_PORTS)).toEqual(ports);
  expect(new Set(ports).size).toBe(ports.length);
});
