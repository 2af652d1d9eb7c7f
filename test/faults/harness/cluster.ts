/** Three brokers and a schema registry as processes of this machine, and the networks to them. */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Admin } from 'kafkajs';

import { describeError, type UserError } from '../../../contract/user-error';
import { freePorts } from '../../../cli/ports';
import { arePartsThere, fetchParts } from '../../../local/parts';
import { findJava } from '../../../local/requirements';
import { registry } from '../../../local/services/registry';
import { addresses, DEFAULT_STATE_DIR, type LocalSettings } from '../../../local/settings';
import { LocalStack } from '../../../local/stack';
import { SERVICES_ENV, type ServiceAddresses } from '../../e2e/services';
import { withAdmin } from './admin';
import { brokerDefinition, type BrokerId, BROKERS, nameOf } from './broker';
import { Network } from './network';
import { SmallDisk } from './small-disk';

/** Producers that run at the same time, at most. */
export const PRODUCERS = 4;

/** How long replicas may take to be in sync again, milliseconds. */
const IN_SYNC_LIMIT = 120_000;

/** Megabytes of a broker's disk, in memory: a topic takes 10 MB, and those that are verified are deleted. */
const DISK_MEGABYTES = 1_024;

/** Where a cluster keeps its data. */
export interface Place {
  /** Folder for everything; it is removed at the end. */
  readonly folder: string;
  /** The brokers' disks. @default - in `folder` */
  readonly disks?: Disks;
  /** Ends the producers, and lets no other start. */
  readonly ending: AbortSignal;
}

export type Disks = Readonly<Record<BrokerId, SmallDisk>>;

/** Removes all data. */
export async function removePlace({ folder, disks }: Pick<Place, 'folder' | 'disks'>): Promise<void> {
  for (const disk of Object.values(disks ?? {})) await disk.unmount();
  await rm(folder, { recursive: true, force: true });
}

/** A disk for each broker; undefined when the machine does not allow it. */
export async function mountDisks(folder: string): Promise<Disks | undefined> {
  const disks: Partial<Record<BrokerId, SmallDisk>> = {};
  for (const id of BROKERS) {
    const disk = await SmallDisk.mount(path.join(folder, `disk-${id}`), DISK_MEGABYTES);
    if (!disk) return undefined;
    disks[id] = disk;
  }
  return disks as Disks;
}

/** A running cluster. */
export class Cluster {
  private constructor(
    private readonly stack: LocalStack,
    /** The way of each producer to the brokers. */
    readonly networks: readonly Network[],
    private readonly ports: readonly number[],
    readonly place: Place,
    /** Services that ended by themselves, which a case may want. Said when something is missing. */
    private readonly deaths: readonly UserError[],
  ) {}

  /**
   * Starts everything.
   * @param onStarting called with what stops everything and removes its data, at any time
   */
  static async start(place: Place, onStarting: (stop: () => Promise<void>) => void): Promise<Cluster> {
    const partsDir = path.join(DEFAULT_STATE_DIR, 'parts');
    const java = await findJava();
    if (!(await arePartsThere(partsDir))) {
      await fetchParts(partsDir, () => undefined, AbortSignal.timeout(1_800_000));
    }
    const count = BROKERS.length;
    const ports = await freePorts(5 + count * (2 + PRODUCERS));
    const take = (n: number): number[] => ports.splice(0, n);
    const [kafka = 0, registryPort = 0, flink = 0, sql = 0, viewer = 0] = take(5);
    const [inner, controllers] = [take(count), take(count)];
    const behind = Array.from({ length: PRODUCERS }, () => take(count));
    const networks = await Promise.all(behind.map((targets) => Network.open(targets)));
    const clusterId = randomBytes(16).toString('base64url');
    const brokers = BROKERS.map((id, i) =>
      brokerDefinition({
        ...{ id, clusterId, controllers, port: inner[i]!, data: place.disks?.[id].folder },
        proxied: behind.map((targets, slot) => ({ port: targets[i]!, proxy: networks[slot]!.ports[i]! })),
      }),
    );
    const settings: LocalSettings = {
      stateDir: place.folder,
      partsDir,
      ports: { kafka, registry: registryPort, flink, sql, viewer },
    };
    const stopAll = async (stack: LocalStack): Promise<void> => {
      await stack.stop();
      await Promise.all(networks.map((network) => network.close()));
      await removePlace(place);
    };
    let stopped: Promise<void> | undefined;
    const deaths: UserError[] = [];
    const events = {
      created: (stack: LocalStack) => onStarting(() => (stopped ??= stopAll(stack))),
      ready: () => undefined,
      died: (error: UserError) => deaths.push(error),
    };
    const stack = await LocalStack.start(settings, java, events, [...brokers, registry]);
    const cluster = new Cluster(stack, networks, inner, place, deaths);
    process.env[SERVICES_ENV] = JSON.stringify({
      bootstrapServers: cluster.bootstrapServers,
      registryUrl: cluster.registryUrl,
      kafkaJars: path.join(partsDir, 'kafka'),
    } satisfies Partial<ServiceAddresses>);
    await cluster.allInSync();
    return cluster;
  }

  /** Addresses that no fault reaches, except that of a killed broker. */
  get bootstrapServers(): string {
    return this.ports.map((port) => `localhost:${port}`).join(',');
  }

  /** Addresses of the brokers for a producer. */
  bootstrapFor(producer: number): string {
    return this.networks[producer]!.ports.map((port) => `localhost:${port}`).join(',');
  }

  /** The brokers' disks, where they are their own. */
  get disks(): Disks | undefined {
    return this.place.disks;
  }

  get ending(): AbortSignal {
    return this.place.ending;
  }

  get registryUrl(): string {
    return addresses(this.stack.settings).registry;
  }

  /** Does something with an admin client. */
  admin<T>(use: (admin: Admin) => Promise<T>): Promise<T> {
    return withAdmin(this.ports, use);
  }

  killBroker(id: BrokerId): Promise<void> {
    return this.stack.killService(nameOf(id));
  }

  startBroker(id: BrokerId): Promise<void> {
    return this.stack.startService(nameOf(id));
  }

  killRegistry(): Promise<void> {
    return this.stack.killService('registry');
  }

  startRegistry(): Promise<void> {
    return this.stack.startService('registry');
  }

  /** Waits until all replicas of all partitions are in sync. */
  async allInSync(): Promise<void> {
    const limit = Date.now() + IN_SYNC_LIMIT;
    for (;;) {
      const missing = await this.outOfSync().catch(() => 'no answer');
      if (missing === undefined) return;
      if (Date.now() > limit) {
        const deaths = this.deaths.map(describeError).join('\n');
        throw new Error(`not in sync after ${IN_SYNC_LIMIT / 1000} s: ${missing}\n${deaths}`);
      }
      await sleep(200);
    }
  }

  private async outOfSync(): Promise<string | undefined> {
    return this.admin(async (admin) => {
      const { brokers } = await admin.describeCluster();
      if (brokers.length < BROKERS.length) return `${brokers.length} brokers`;
      const { topics } = await admin.fetchTopicMetadata();
      const late = topics.find(({ partitions }) =>
        partitions.some(({ isr, replicas }) => isr.length < replicas.length),
      );
      return late?.name;
    });
  }
}
