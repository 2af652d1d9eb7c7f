/**
 * Reads the public table of the stations, `bsm_metadata.txt` (description of the format, "Constants of the
 * stations"): one header line, then a line for each station, in columns divided by white space.
 */
import { STRAIN_TOPICS } from './topics';

/** Constants of a station, as the schema of their topic describes them; null where they are not known. */
export interface StationConstants {
  readonly site: string;
  readonly references: readonly (number | null)[];
  readonly gap: number;
  readonly azimuth: number | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly elevation: number | null;
}

/** A line that cannot be used. */
export interface TableDamage {
  /** Number of the line, from 1. */
  readonly line: number;
  readonly found: string;
  readonly expected: string;
}

/** What a table holds. */
export interface StationTable {
  readonly stations: readonly StationConstants[];
  readonly damages: readonly TableDamage[];
}

/** Names of the columns that are used, without their units. */
const COLUMNS = ['BNUM', 'LAT', 'LONG', 'ELEV', 'CH0', 'GAP', 'L0', 'L1', 'L2', 'L3'] as const;
type Column = (typeof COLUMNS)[number];

const UNKNOWN = new Set(['Unknown', 'NA']);

interface Range {
  readonly min: number;
  readonly max: number;
}

/** A reference of 10^8 or more has no strain: see the formula. */
const RANGES: Readonly<Record<Exclude<Column, 'BNUM'>, Range>> = {
  LAT: { min: -90, max: 90 },
  LONG: { min: -180, max: 360 },
  ELEV: { min: -500, max: 9_000 },
  CH0: { min: 0, max: 360 },
  GAP: { min: 0.00001, max: 0.01 },
  L0: { min: 1, max: 99_999_999 },
  L1: { min: 1, max: 99_999_999 },
  L2: { min: 1, max: 99_999_999 },
  L3: { min: 1, max: 99_999_999 },
};

class LineError extends Error {
  constructor(
    readonly found: string,
    readonly expected: string,
  ) {
    super(found);
  }
}

/** Reads a table. Lines that cannot be used are listed, and the others are read. */
export function parseStationTable(text: string): StationTable {
  const stations = new Map<string, StationConstants>();
  const damages: TableDamage[] = [];
  let header: string[] | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    // Some copies have an arrow between the first and the last day of the data.
    const words = raw.replaceAll('->', ' ').trim().split(/\s+/);
    if (words[0] === '') continue;
    try {
      if (!header) header = headerOf(words);
      else {
        const station = stationOf(header, words);
        if (stations.has(station.site)) throw new LineError(`${station.site} again`, 'each station once');
        stations.set(station.site, station);
      }
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      damages.push({ line: index + 1, found: error.found, expected: error.expected });
      // Without its header, nothing of the table can be read.
      if (!header) break;
    }
  }
  return { stations: [...stations.values()], damages };
}

/** The statement that sets the constants of stations. */
export function insertStations(stations: readonly StationConstants[]): string {
  const columns = ['site', 'reference_1', 'reference_2', 'reference_3', 'reference_4', 'gap'];
  columns.push('azimuth', 'latitude', 'longitude', 'elevation');
  const double = (value: number | null): string => `CAST(${value ?? 'NULL'} AS DOUBLE)`;
  const rows = stations.map((one) =>
    [
      `'${one.site}'`,
      ...one.references.map((reference) => `CAST(${reference ?? 'NULL'} AS INT)`),
      ...[one.gap, one.azimuth, one.latitude, one.longitude, one.elevation].map(double),
    ].join(', '),
  );
  return `INSERT INTO ${STRAIN_TOPICS.stations.name} (${columns.join(', ')}) VALUES\n${rows.map((row) => `(${row})`).join(',\n')}`;
}

/** Names of the columns, without the units in parentheses. */
function headerOf(words: readonly string[]): string[] {
  const names = words.map((word) => word.replace(/\(.*$/, ''));
  const missing = COLUMNS.filter((column) => !names.includes(column));
  if (missing.length === 0) return names;
  throw new LineError(`no column ${missing.join(', ')}`, `a header with the columns ${COLUMNS.join(', ')}`);
}

function stationOf(header: readonly string[], words: readonly string[]): StationConstants {
  if (words.length !== header.length)
    throw new LineError(`${words.length} values`, `${header.length}, as many as the header has`);
  const text = (column: Column): string => words[header.indexOf(column)]!;
  const number = (column: Exclude<Column, 'BNUM'>): number | null => numberOf(column, text(column));
  const site = text('BNUM');
  if (!/^[A-Z0-9]{4}$/.test(site)) throw new LineError(`BNUM ${site}`, 'four capital letters or digits');
  const gap = number('GAP');
  if (gap === null)
    throw new LineError(`GAP ${text('GAP')}`, 'a number: without it, counts do not become strain');
  return {
    site,
    references: [number('L0'), number('L1'), number('L2'), number('L3')],
    gap,
    azimuth: number('CH0'),
    latitude: number('LAT'),
    longitude: number('LONG'),
    elevation: number('ELEV'),
  };
}

function numberOf(column: Exclude<Column, 'BNUM'>, text: string): number | null {
  if (UNKNOWN.has(text)) return null;
  const { min, max } = RANGES[column];
  const pattern = column.startsWith('L') && column.length === 2 ? /^\d+$/ : /^-?\d+(\.\d+)?$/;
  const value = pattern.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new LineError(`${column} ${text}`, `a number from ${min} to ${max}, Unknown or NA`);
}
