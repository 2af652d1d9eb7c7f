/** What the viewer knows from small topics, each of which it reads from the start. */
import { progressTopicOf } from '../../producer/exactly-once/progress-schema';
import type { Marker, StationConstants } from '../api';
import type { Decoded } from './kafka/avro-decoder';
import type { TopicSink } from './source';
import type { GaugeConstants } from './store/strain-sql';

const DAY_MS = 86_400_000;

/** A value of `gtsm_stations`. */
interface StationRecord {
  readonly reference_1: number | null;
  readonly reference_2: number | null;
  readonly reference_3: number | null;
  readonly reference_4: number | null;
  readonly gap: number;
  readonly azimuth?: number | null;
  readonly strain_matrix?: readonly number[] | null;
  readonly latitude?: number | null;
  readonly longitude?: number | null;
  readonly elevation?: number | null;
}

/** Constants of the stations, `gtsm_stations`. */
export class ConstantsSink implements TopicSink {
  readonly topic = 'gtsm_stations';
  private readonly stations = new Map<string, StationConstants>();
  private readonly gauges = new Map<string, GaugeConstants>();
  /** Stations whose constants the store does not have yet. */
  private readonly changed = new Set<string>();

  /**
   * @param onGauges called with the latest constants of a station's gauges, undefined when they are deleted:
   * the strain of all its rows is computed again then
   */
  constructor(
    private readonly onGauges: (site: string, constants: GaugeConstants | undefined) => Promise<void>,
  ) {}

  of(site: string): StationConstants | undefined {
    return this.stations.get(site);
  }

  take({ key, value }: Decoded<{ readonly site: string }, StationRecord>): void {
    this.changed.add(key.site);
    if (!value) {
      this.stations.delete(key.site);
      this.gauges.delete(key.site);
      return;
    }
    const { latitude = null, longitude = null, elevation = null, azimuth = null } = value;
    const matrix = value.strain_matrix?.length === 12 ? value.strain_matrix : null;
    this.stations.set(key.site, { latitude, longitude, elevation, azimuth, isCalibrated: matrix !== null });
    const references = [value.reference_1, value.reference_2, value.reference_3, value.reference_4];
    this.gauges.set(key.site, { references, gap: value.gap, azimuth, matrix });
  }

  /** Gives the changed constants to the store. What fails is given again the next time. */
  async caughtUp(): Promise<void> {
    for (const site of this.changed) {
      await this.onGauges(site, this.gauges.get(site));
      this.changed.delete(site);
    }
  }

  /** Gives all constants again the next time: another store does not have them. */
  forgetGiven(): void {
    for (const site of this.stations.keys()) this.changed.add(site);
  }
}

/** Damage of archives that were published in the last day, from the producer's progress. */
export class DamageSink implements TopicSink {
  readonly topic: string;
  private readonly archives = new Map<
    string,
    { readonly site: string; readonly at: number; readonly damaged: number }
  >();

  /** @param topic of the rows */
  constructor(topic: string) {
    this.topic = progressTopicOf(topic);
  }

  /** Damaged members of the archives of a station. */
  lastDay(site: string, now: number): number {
    let damaged = 0;
    for (const [name, one] of this.archives) {
      if (one.at < now - DAY_MS) this.archives.delete(name);
      else if (one.site === site) damaged += one.damaged;
    }
    return damaged;
  }

  take({ key, value }: Decoded<DamageKey, DamageRecord>): void {
    const name = `${key.site} ${key.session} ${key.archive}`;
    if (value && value.damaged > 0 && value.committed_at > Date.now() - DAY_MS) {
      this.archives.set(name, { site: key.site, at: value.committed_at, damaged: value.damaged });
    } else this.archives.delete(name);
  }
}

interface DamageKey {
  readonly site: string;
  readonly archive: string;
  readonly session: string;
}

interface DamageRecord {
  readonly damaged: number;
  readonly committed_at: number;
}

export const MARKERS_TOPIC = 'gtsm_markers';

/** Markers that users have set. */
export class MarkerSink implements TopicSink {
  readonly topic = MARKERS_TOPIC;
  private readonly markers = new Map<string, Marker>();

  /** Those of a station and of all stations, by time. */
  of(site: string | undefined): Marker[] {
    return [...this.markers.values()]
      .filter((marker) => site === undefined || marker.site === null || marker.site === site)
      .sort((a, b) => a.time - b.time);
  }

  has(id: string): boolean {
    return this.markers.has(id);
  }

  take({ key, value }: Decoded<{ readonly id: string }, Omit<Marker, 'id'>>): void {
    if (value) this.set({ id: key.id, site: value.site, time: value.time, text: value.text });
    else this.remove(key.id);
  }

  /** Keeps a marker that Kafka has. Whoever wrote it need not wait until it is read. */
  set(marker: Marker): void {
    this.markers.set(marker.id, marker);
  }

  remove(id: string): void {
    this.markers.delete(id);
  }
}
