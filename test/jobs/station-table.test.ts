import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { insertStations, parseStationTable } from '../../jobs/strain/station-table';

const HEADER =
  'BNUM NAME LAT LONG ELEV(m) INSTALL_DATE CH0(EofN) BSM_Depth(m) SEISMOMETER_Depth(m) PORE_DEPTH(m) DATA_START DATA_END GAP(m) L_DATE L0(cnts) L1(cnts) L2(cnts) L3(cnts) REGION';
const B009 =
  'B009 place 48.5 -123.25 12 2005-06-29 136.9 152.9 NA 20.6 2005:180 Present 0.0001 2005:194 48116355 49196540 50062118 51553402 North';

const sitesOf = (...lines: string[]): string[] =>
  parseStationTable([HEADER, ...lines].join('\n')).stations.map(({ site }) => site);

test('a station, with what is not known as null', () => {
  const line = B009.replace('136.9', 'Unknown').replace('49196540', 'NA');
  expect(parseStationTable(`${HEADER}\n${line}\n`)).toEqual({
    stations: [
      {
        site: 'B009',
        references: [48_116_355, null, 50_062_118, 51_553_402],
        gap: 0.0001,
        azimuth: null,
        latitude: 48.5,
        longitude: -123.25,
        elevation: 12,
      },
    ],
    damages: [],
  });
});

test.each([
  ['a word of its own', '2005:180 -> Present'],
  ['before the last day', '2005:180 ->Present'],
  ['after the first day', '2005:180-> Present'],
  ['between them', '2005:180->Present'],
])('an arrow between the days: %s', (_, days) => {
  expect(sitesOf(B009.replace('2005:180 Present', days))).toEqual(['B009']);
});

test('columns are found by their names, in any order', () => {
  const turned = (line: string): string => line.split(' ').reverse().join(' ');
  expect(parseStationTable(`${turned(HEADER)}\n${turned(B009)}`).stations).toEqual(
    parseStationTable(`${HEADER}\n${B009}`).stations,
  );
});

test.each([
  ['a value is missing', B009.replace(' North', ''), '18 values', '19, as many as the header has'],
  ['no number', B009.replace('136.9', '13a'), 'CH0 13a', 'a number from 0 to 360, Unknown or NA'],
  ['out of range', B009.replace('48.5', '98.5'), 'LAT 98.5', 'a number from -90 to 90, Unknown or NA'],
  [
    'a count with decimals',
    B009.replace('48116355', '4.5'),
    'L0 4.5',
    'a number from 1 to 99999999, Unknown or NA',
  ],
  ['no gap', B009.replace('0.0001', 'NA'), 'GAP NA', 'a number: without it, counts do not become strain'],
  ['a long name', B009.replace('B009', 'B0091'), 'BNUM B0091', 'four capital letters or digits'],
  ['a station again', B009.replace('B009', 'B010'), 'B010 again', 'each station once'],
])('only a line that cannot be used is left out: %s', (_, line, found, expected) => {
  const other = B009.replace('B009', 'B010');
  const { stations, damages } = parseStationTable([HEADER, other, '', line].join('\r\n'));
  expect(stations.map(({ site }) => site)).toEqual(['B010']);
  expect(damages).toEqual([{ line: 4, found, expected }]);
});

test('a file that is not the table: its first line is named, with the columns that are missing', () => {
  expect(parseStationTable('site gap\nB009 0.0001\n')).toEqual({
    stations: [],
    damages: [
      expect.objectContaining({
        line: 1,
        found: 'no column BNUM, LAT, LONG, ELEV, CH0, GAP, L0, L1, L2, L3',
      }),
    ],
  });
});

test('the statement that sets them', () => {
  const { stations } = parseStationTable(`${HEADER}\n${B009.replace('136.9', 'Unknown')}`);
  expect(insertStations(stations)).toBe(
    'INSERT INTO gtsm_stations (site, reference_1, reference_2, reference_3, reference_4, gap, azimuth, latitude, longitude, elevation) VALUES\n' +
      "('B009', CAST(48116355 AS INT), CAST(49196540 AS INT), CAST(50062118 AS INT), CAST(51553402 AS INT), CAST(0.0001 AS DOUBLE), CAST(NULL AS DOUBLE), CAST(48.5 AS DOUBLE), CAST(-123.25 AS DOUBLE), CAST(12 AS DOUBLE))",
  );
});

/** Next to the repository, where it is. */
const PUBLIC = path.join(__dirname, '../../../shared/spec/bsm_metadata.txt');

(existsSync(PUBLIC) ? test : test.skip)('the public table: all of its 82 stations', () => {
  const { stations, damages } = parseStationTable(readFileSync(PUBLIC, 'utf8'));
  expect(damages).toEqual([]);
  expect(stations).toHaveLength(82);
  expect(stations.filter(({ gap }) => gap === 0.0001)).toHaveLength(64);
  expect(stations.filter(({ gap }) => gap === 0.0002)).toHaveLength(18);
});
