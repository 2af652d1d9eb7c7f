/** The list of stations, computed at most every two seconds, however many browsers ask for it. */
import type { ChannelInfo, Station, StationsAnswer, StationState } from '../api';
import type { Arrivals } from './arrivals';
import { STRAIN_INTERVALS } from '../../producer/bottle/session';
import { COLUMNS, gaugesOf, STRAIN_CHANNELS } from './channels';
import type { ConstantsSink, DamageSink } from './sinks';
import type { Source } from './source';
import { withMissing } from './store/gaps';
import { channelsOf, series } from './store/series';
import type { Store } from './store/store';
import type { Stream } from './store/streams';

const DAY_MS = 86_400_000;
const SPARK_MS = 6 * 3_600_000;
const SPARK_POINTS = 72;
/** How long an answer, and a sparkline, is taken for current. */
const [ANSWER_AGE_MS, SPARK_AGE_MS] = [2_000, 60_000];

/** Limits of the states, seconds since the newest instant. */
export interface StateLimits {
  readonly lateAfter: number;
  readonly silentAfter: number;
}

/** What the list is made from. */
export interface StationsParts {
  readonly source: Source;
  readonly store: () => Store | undefined;
  readonly arrivals: Arrivals;
  readonly constants: ConstantsSink;
  readonly damage: DamageSink;
  readonly limits: StateLimits;
}

const ATTENTION: Readonly<Record<StationState, number>> = { late: 0, silent: 1, live: 2 };

export class StationList {
  private answer: Promise<StationsAnswer> | undefined;
  private answeredAt = 0;
  private readonly sparks = new Map<string, { readonly at: number; readonly spark: Station['spark'] }>();

  constructor(private readonly parts: StationsParts) {}

  get(): Promise<StationsAnswer> {
    const now = Date.now();
    if (!this.answer || now - this.answeredAt >= ANSWER_AGE_MS) {
      this.answeredAt = now;
      this.answer = this.make(now);
      this.answer.catch(() => (this.answer = undefined));
    }
    return this.answer;
  }

  private async make(now: number): Promise<StationsAnswer> {
    const { source, store: current } = this.parts;
    const { outage, behind } = source.state;
    const store = current();
    const bySite = new Map<string, Stream[]>();
    for (const stream of store?.allStreams ?? []) {
      bySite.set(stream.site, [...(bySite.get(stream.site) ?? []), stream]);
    }
    const gaps = store ? await gapsOfLastDay(store, bySite) : new Map<string, GapCount>();
    const stations: Station[] = [];
    for (const [site, streams] of bySite) {
      stations.push(await this.station(store!, site, streams, gaps.get(site), now));
    }
    stations.sort(
      (a, b) => ATTENTION[a.state] - ATTENTION[b.state] || (a.site < b.site ? -1 : Number(a.site > b.site)),
    );
    return {
      now,
      stations,
      source: {
        ...(outage ? { unreachableSince: outage.since, reason: outage.reason } : {}),
        behind,
        rows: store?.rows ?? 0,
      },
    };
  }

  private async station(
    store: Store,
    site: string,
    streams: readonly Stream[],
    gaps: GapCount | undefined,
    now: number,
  ): Promise<Station> {
    const { arrivals, constants, damage, limits } = this.parts;
    const lastTime = Math.max(...streams.map(({ last }) => last));
    const known = constants.of(site);
    return {
      site,
      state: stateOf((now - lastTime) / 1_000, limits),
      lastTime,
      lastArrival: arrivals.latest(site) ?? null,
      rowsPerMinute: arrivals.rowsPerMinute(site, now),
      sessions: streams.map((stream) => ({
        session: stream.session,
        intervalMs: STRAIN_INTERVALS[stream.session],
        firstTime: stream.first,
        lastTime: stream.last,
        rows: stream.rows,
        channels: channelInfos(stream, store),
      })),
      gapsLastDay: gaps?.gaps ?? 0,
      missingLastDay: gaps?.missing ?? 0,
      damagedLastDay: damage.lastDay(site, now),
      spark: await this.spark(store, site, streams, now),
      ...(known ? { constants: known } : {}),
    };
  }

  /** Of gauge 1 of the finest session that reaches to the newest instant. */
  private async spark(
    store: Store,
    site: string,
    streams: readonly Stream[],
    now: number,
  ): Promise<Station['spark']> {
    const known = this.sparks.get(site);
    if (known && now - known.at < SPARK_AGE_MS) return known.spark;
    const stream = [...streams].sort((a, b) => STRAIN_INTERVALS[a.session] - STRAIN_INTERVALS[b.session])[0]!;
    const channel = gaugesOf(stream.session)[0]!.name;
    const end = stream.last + 1;
    const { time, channels } = await series(store.database, {
      ...{ stream, channels: [channel], start: end - SPARK_MS, end, points: SPARK_POINTS + 1 },
      ...{ unit: 'counts', constants: undefined },
    });
    const [found] = channels;
    const mean = found === undefined ? [] : 'values' in found ? found.values : found.mean;
    const spark = { channel, time: [...time], mean: [...mean] };
    this.sparks.set(site, { at: now, spark });
    return spark;
  }
}

interface GapCount {
  readonly gaps: number;
  readonly missing: number;
}

/**
 * The channels of a stream that people look at, with what they call them. The fifty settings of a logger's
 * calibration can be asked for, but are not listed.
 */
export function channelInfos(stream: Stream, store: Store): ChannelInfo[] {
  const constants = store.constantsOf(stream.site);
  return channelsOf(stream, constants).flatMap((name): ChannelInfo[] => {
    const column = COLUMNS[stream.session].find((one) => one.name === name);
    if (!column) return STRAIN_CHANNELS.filter((one) => one.name === name);
    const { label, kind, units, gauge } = column;
    if (kind === 'calibration') return [];
    const hasReference = gauge === undefined || (constants?.references[gauge] ?? null) !== null;
    return [{ name, label, kind, units: hasReference ? units : units.slice(0, 1) }];
  });
}

function stateOf(age: number, { lateAfter, silentAfter }: StateLimits): StationState {
  if (age > silentAfter) return 'silent';
  return age > lateAfter ? 'late' : 'live';
}

/** Gaps of the day before the newest instant of each stream, by station. */
async function gapsOfLastDay(
  { database, allStreams }: Store,
  bySite: ReadonlyMap<string, readonly Stream[]>,
): Promise<Map<string, GapCount>> {
  if (allStreams.length === 0) return new Map();
  const since = allStreams.map(({ stream, last }) => `(${stream}, ${last - DAY_MS})`).join(', ');
  const { stream, start, end } = await database.query(
    `SELECT stream, "start", "end" FROM gaps JOIN (VALUES ${since}) AS since(stream, instant) USING (stream) WHERE "end" > instant`,
  );
  const counts = new Map<number, GapCount>();
  for (const [index, id] of (stream as readonly number[]).entries()) {
    const of = allStreams.find((one) => one.stream === id)!;
    // Of a gap that began earlier, the part in the last day.
    const from = Math.max(Number(start![index]), of.last - DAY_MS);
    const gap = { start: from, end: Number(end![index]) };
    const { gaps, missing } = counts.get(id) ?? { gaps: 0, missing: 0 };
    const more = withMissing(gap, STRAIN_INTERVALS[of.session]).missing;
    counts.set(id, { gaps: gaps + 1, missing: missing + more });
  }
  return new Map(
    [...bySite].map(([site, streams]) => {
      const found = streams.flatMap(({ stream: id }) => counts.get(id) ?? []);
      const sum = (of: (count: GapCount) => number): number => found.reduce((all, one) => all + of(one), 0);
      return [site, { gaps: sum(({ gaps }) => gaps), missing: sum(({ missing }) => missing) }];
    }),
  );
}
