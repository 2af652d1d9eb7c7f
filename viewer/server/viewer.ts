/** The viewer: reads Kafka into its store, and serves the page and its API. */
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { portHolder } from '../../cli/ports';
import { UserError } from '../../contract/user-error';
import type { Logger } from '../../producer/log';
import { SchemaRegistry } from '../../producer/publish/registry';
import type { ListenAddress } from '../../producer/watch/monitoring-server';
import { buildPage } from '../build';
import { Arrivals } from './arrivals';
import { createApp } from './http/app';
import { Live } from './live';
import { MarkerWriter } from './markers';
import { ConstantsSink, DamageSink, MarkerSink } from './sinks';
import { Source, type TopicSink } from './source';
import { type StateLimits, StationList } from './stations';
import type { DatabaseLimits } from './store/database';
import { Store } from './store/store';

/** How often the list of stations is sent to the browsers that show it. */
const STATIONS_EVERY_MS = 2_000;
/** How often old rows are looked for. */
const RETENTION_EVERY_MS = 600_000;
/** How long a registry may take to accept the schemas of markers, seconds. */
const REGISTRY_WAIT_S = 10;
const DAY_MS = 86_400_000;

export interface ViewerOptions {
  readonly bootstrapServers: readonly string[];
  readonly registryUrl: string;
  /** Topic of the rows. */
  readonly topic: string;
  readonly listen: ListenAddress;
  /** Folder of the store. Losing it costs the time to read Kafka again. */
  readonly dataDir: string;
  readonly limits: StateLimits;
  readonly database: DatabaseLimits;
  /** Days after which rows are deleted from the store. @default - kept */
  readonly retentionDays?: number;
  /** Browsers that can be connected at the same time. */
  readonly connections: number;
  readonly isReadOnly: boolean;
  readonly pathPrefix: string;
  readonly token?: string;
  readonly log: Logger;
}

/** A viewer that serves. */
export interface Viewer {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts the viewer. Kafka and the registry may come later. Throws a UserError when it cannot listen. */
export async function startViewer(options: ViewerOptions): Promise<Viewer> {
  const { bootstrapServers, registryUrl, topic, dataDir, log, limits } = options;
  const ending = new AbortController();
  let store: Store | undefined;
  const current = (): Store | undefined => store;
  const registry = new SchemaRegistry({ url: registryUrl, wait: REGISTRY_WAIT_S, log, stop: ending.signal });
  const arrivals = new Arrivals();
  const live = new Live(current, options.connections);
  const constants = new ConstantsSink(async (site, gauges) => store?.setConstants(site, gauges));
  const damage = new DamageSink(topic);
  const markers = new MarkerSink();
  const source = new Source({
    ...{ bootstrapServers, topic, registry, log },
    sinks: [constants, damage, markers] as readonly TopicSink[],
    async openStore(topicId) {
      const before = store;
      store = undefined;
      await before?.close();
      store = await Store.open(dataDir, topicId, options.database);
      constants.forgetGiven();
      return store;
    },
    onChanges(changes) {
      arrivals.take(changes);
      live.take(changes);
    },
  });
  const stations = new StationList({ source, store: current, arrivals, constants, damage, limits });
  const pageFolder = path.join(dataDir, 'page');
  await buildPage(pageFolder);
  const app = await createApp({
    ...{ store: current, stations, live, markers, limits, pageFolder, pathPrefix: options.pathPrefix },
    ...(options.isReadOnly ? {} : { writer: new MarkerWriter(bootstrapServers, registry, log) }),
    ...(options.token === undefined ? {} : { token: options.token }),
  });
  const port = await listen(app, options.listen);
  const reading = source.run(ending.signal);
  const timers = [
    setInterval(() => void tell(stations, live), STATIONS_EVERY_MS),
    setInterval(() => void expire(current(), options.retentionDays, log), RETENTION_EVERY_MS),
  ];
  return {
    port,
    async close() {
      ending.abort();
      for (const timer of timers) clearInterval(timer);
      live.close();
      await app.close();
      await reading;
      await store?.close();
    },
  };
}

/** Sends the list of stations to the browsers that show it. */
async function tell(stations: StationList, live: Live): Promise<void> {
  if (!live.hasStationWatchers) return;
  const answer = await stations.get().catch(() => undefined);
  if (!answer) return;
  live.sendStations(JSON.stringify(answer));
}

async function expire(store: Store | undefined, days: number | undefined, log: Logger): Promise<void> {
  if (!store || days === undefined) return;
  try {
    await store.deleteBefore(Date.now() - days * DAY_MS);
  } catch (error) {
    log.warn(`old rows were not deleted: ${(error as Error).message}`);
  }
}

async function listen(
  app: Awaited<ReturnType<typeof createApp>>,
  { host, port }: ListenAddress,
): Promise<number> {
  await app.ready();
  try {
    await app.listen({ host, port });
  } catch (error) {
    const holder = await portHolder(port);
    throw new UserError(
      'SERVICE_FAILED',
      `cannot listen on ${host}:${port}: ${(error as Error).message}${holder === undefined ? '' : `; it is used by ${holder}`}`,
      { fix: 'give another address with --listen HOST:PORT', cause: error },
    );
  }
  return (app.addresses()[0] as AddressInfo).port;
}
