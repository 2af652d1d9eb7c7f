/**
 * The viewer's HTTP API: what the server answers and the page reads. Times are milliseconds since 1970-01-01
 * UTC.
 */

/** Sessions of the bottles: every 10 min, 1 Hz, 20 Hz. */
export type Session = 'Day' | 'Hour' | 'Min';

/** Whether a station's samples arrive as expected. */
export type StationState = 'live' | 'late' | 'silent';

/** `GET api/stations`. */
export interface StationsAnswer {
  /** The server's clock. */
  readonly now: number;
  /** Those that need attention first. */
  readonly stations: readonly Station[];
  readonly source: SourceStatus;
}

/** Whether the server reads from Kafka. */
export interface SourceStatus {
  /** Since when nothing can be read from Kafka. @default - reading works */
  readonly unreachableSince?: number;
  /** Why nothing can be read. */
  readonly reason?: string;
  /** Records of the topic that were not read yet: more than zero while the server catches up. */
  readonly behind: number;
  /** Rows in the store. */
  readonly rows: number;
}

/** One row of the list of stations. */
export interface Station {
  /** Four characters. */
  readonly site: string;
  readonly state: StationState;
  /** Newest instant of all sessions. */
  readonly lastTime: number;
  /** When the newest rows were published to Kafka; null when that was before the server started. */
  readonly lastArrival: number | null;
  /** Rows that were published to Kafka in the last minute of the clock. */
  readonly rowsPerMinute: number;
  readonly sessions: readonly SessionSummary[];
  /** Gaps that lie, whole or in part, in the day before `lastTime`. */
  readonly gapsLastDay: number;
  /** Instants without samples in the day before `lastTime`. */
  readonly missingLastDay: number;
  /** Damaged members of archives that were published in the last 24 hours. */
  readonly damagedLastDay: number;
  /** A gauge's means over the last hours, for a sparkline. Null where there are no samples. */
  readonly spark: { readonly channel: string; readonly time: number[]; readonly mean: (number | null)[] };
  /** From `gtsm_stations`. @default - not known */
  readonly constants?: StationConstants;
}

/** What is known of a station's session. */
export interface SessionSummary {
  readonly session: Session;
  /** Nominal interval of the instants. */
  readonly intervalMs: number;
  readonly firstTime: number;
  readonly lastTime: number;
  readonly rows: number;
  /** Channels with samples. */
  readonly channels: readonly ChannelInfo[];
}

/** A channel that can be asked for. */
export interface ChannelInfo {
  /** Column of `gtsm_etl`, for example `ls1_t0`, or of `gtsm_strain`: `areal`, `differential`, `shear`. */
  readonly name: string;
  /** For people, for example `Gauge 1` or `Pressure`. */
  readonly label: string;
  readonly kind:
    'gauge' | 'strain' | 'pressure' | 'rain' | 'temperature' | 'voltage' | 'current' | 'calibration';
  /**
   * Units that it can be asked in: the first is the default. Gauges with a reference have `microstrain` too.
   */
  readonly units: readonly string[];
}

/** Constants of a station, from `gtsm_stations`. */
export interface StationConstants {
  /** Degrees north and east. */
  readonly latitude: number | null;
  readonly longitude: number | null;
  /** Metres above sea level. */
  readonly elevation: number | null;
  /** Azimuth of gauge 0, degrees east of north. */
  readonly azimuth: number | null;
  /** Whether the strain is from the station's own matrix. */
  readonly isCalibrated: boolean;
}

/**
 * `GET api/series?site=B009&session=Hour&channels=ls1_t0,ls2_t0&start=…&end=…&points=1500&unit=microstrain`
 *
 * `start` (inclusive) and `end` (exclusive) are milliseconds or ISO 8601 instants; `points` is the most
 * instants or buckets that are wanted (default 1500); `unit` is that of the gauges, `counts` (default) or
 * `microstrain`.
 */
export interface SeriesAnswer {
  readonly site: string;
  readonly session: Session;
  readonly start: number;
  readonly end: number;
  /** Nominal interval of the instants. */
  readonly intervalMs: number;
  /**
   * Width of the buckets, which begin at multiples of it; null for raw samples. Buckets at the edges are
   * whole: they include samples outside `start` and `end`.
   */
  readonly bucketMs: number | null;
  /** Instants of the samples, or first instants of the buckets with samples, ascending. */
  readonly time: readonly number[];
  readonly channels: readonly ChannelSeries[];
  /** Where two neighbouring instants of the session are further apart than twice the interval. */
  readonly gaps: readonly Gap[];
}

/** Values of a channel, one for each entry of `time`; null where it has no sample. */
export type ChannelSeries = { readonly name: string; readonly unit: string } & (
  | { readonly values: readonly (number | null)[] }
  | {
      readonly min: readonly (number | null)[];
      readonly max: readonly (number | null)[];
      readonly mean: readonly (number | null)[];
    }
);

/** Instants without any row, between two that have one. */
export interface Gap {
  /** The last instant before it. */
  readonly start: number;
  /** The first instant after it. */
  readonly end: number;
  /** Number of instants between the two that the interval has. */
  readonly missing: number;
}

/**
 * `GET api/live?site=B009&session=Min&channels=bs1_t0&unit=counts`, server-sent events.
 *
 * `event: rows` has LiveRows; `event: reload` tells that rows in the past changed (LiveReload). Without
 * `site`, there is only `event: stations`, whose data is a StationsAnswer, every 2 s.
 */
export interface LiveRows {
  /**
   * Width of buckets in `time`; null for raw samples. A slow reader gets buckets.
   */
  readonly bucketMs: number | null;
  readonly time: readonly number[];
  readonly channels: readonly ChannelSeries[];
}

/** Rows of this period are new or changed, ends included: ask for the series again. */
export interface LiveReload {
  readonly start: number;
  readonly end: number;
}

/** `GET api/markers?site=…` (array), `POST api/markers` (NewMarker → Marker), `DELETE api/markers/ID`. */
export interface Marker extends NewMarker {
  readonly id: string;
}

export interface NewMarker {
  /** Null for all stations. */
  readonly site: string | null;
  readonly time: number;
  /** At most 500 characters. */
  readonly text: string;
}

/** `GET api/settings`: what the page may do. */
export interface Settings {
  /** Whether markers can be added. */
  readonly canWrite: boolean;
  /** Limits of the states: seconds since the newest instant. */
  readonly lateAfter: number;
  readonly silentAfter: number;
}

/** Body of every answer with a status of 400 or more. */
export interface ErrorAnswer {
  readonly error: string;
  /** What to do. */
  readonly fix?: string;
}

/** `GET api/export?…` takes what `api/series` takes (without `points`) and `format=csv|parquet`: raw rows. */
export const EXPORT_FORMATS = ['csv', 'parquet'] as const;
