/** The processes of `npm start -- --live`: loggers that write archives, and the producer that publishes. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { PORTS } from '../../contract';
import { lastLines } from '../logs';
import { PRODUCER_CLI, producerEnv } from '../produce';
import type { LocalSettings } from '../settings';
import type { ServiceDefinition } from './service';

export interface LiveOptions {
  /** Made-up stations, four letters or digits each. */
  readonly stations: readonly string[];
  /** Seconds of data per second. */
  readonly speed: number;
}

export const LIVE_PORTS = { watch: PORTS.watch } as const;

/** Folder of the archives. It is kept, so that the loggers go on where they ended. */
export function liveDir({ stateDir }: LocalSettings): string {
  return path.join(stateDir, 'live');
}

/** Where the producer answers Prometheus. */
export function metricsUrl({ ports }: LocalSettings): string {
  return `http://localhost:${ports.watch}/metrics`;
}

/** The loggers and the producer. They start when the services they use are up. */
export function liveServices({ stations, speed }: LiveOptions): readonly ServiceDefinition[] {
  return [loggers({ stations, speed }), WATCH];
}

const loggers = ({ stations, speed }: LiveOptions): ServiceDefinition => ({
  name: 'sample-live',
  stopsFirst: true,
  startsLater: true,
  create: ({ settings }) => ({
    prepare: () => prepare(settings),
    program: process.execPath,
    args: [
      ...[PRODUCER_CLI, 'sample', liveDir(settings), '--live'],
      ...['--stations', stations.join(','), '--speed', String(speed)],
    ],
    async ready() {
      const lines = await lastLines(path.join(settings.stateDir, 'log', 'sample-live.log'), Infinity);
      return lines.some((line) => line.includes('writing archives to'));
    },
  }),
});

const WATCH: ServiceDefinition = {
  name: 'watch',
  ports: LIVE_PORTS,
  stopsFirst: true,
  startsLater: true,
  create: ({ settings, port }) => ({
    prepare: () => prepare(settings),
    program: process.execPath,
    args: [PRODUCER_CLI, 'watch', liveDir(settings), '--listen', `127.0.0.1:${port('watch')}`],
    env: producerEnv(settings),
    async ready() {
      // To catch up with what earlier starts have left can take minutes. The rows show when that is done.
      const url = `http://127.0.0.1:${port('watch')}/readyz`;
      const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
      return /^kafka: ok$/m.test(await response.text());
    },
  }),
};

async function prepare(settings: LocalSettings): Promise<void> {
  await mkdir(liveDir(settings), { recursive: true });
}
