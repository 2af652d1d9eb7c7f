import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { northMatrix } from '../../jobs/strain/gauge-matrix';
import { SqlSession } from '../../sql/gateway';
import { runQuery } from '../../sql/query';
import { createTables } from '../../sql/tables';
import { turned } from '../jobs/turned';
import { run } from './command';
import { REAL_BOTTLES, services } from './services';
import { type Constants, microstrainOf } from './strain/batch';
import { parsedRows, type StrainRow } from './strain/rows';
import { RowWriter } from './strain/topics';

/** The worked values of the format's description, "Counts to microstrain"; what they are given to. */
const WORKED = [41149550, 60000000, 48116355] as const;
const FIRST: Constants = { references: [41149000, 50000000, 49196540, 50000000], gap: 0.0001 };
const SECOND: Constants = { references: [57120000, 50000000, 50000000, 50000000], gap: 0.0002 };

const [first, second, unknown] = ['T001', 'T002', 'T003'].map((site) => dayRow(site)) as [
  StrainRow,
  StrainRow,
  StrainRow,
];

function dayRow(site: string): StrainRow {
  const [rs1, rs2, rs3] = site === 'T002' ? [57124297] : WORKED;
  const counts = { rs1_t0: rs1, ...(rs2 && rs3 ? { rs2_t0: rs2, rs3_t0: rs3 } : {}) };
  const at = { time: Date.UTC(2021, 0, 1), timestamp: '2021-01-01 00:00:00' };
  return { session: 'Day', key: { site }, value: { site, ...at, ...counts } };
}

let writer: RowWriter;
let session: SqlSession;
beforeAll(async () => {
  const { gatewayUrl, bootstrapServers, registryUrl } = services.addresses;
  writer = await RowWriter.open();
  session = await SqlSession.open(gatewayUrl);
  await createTables(session, { bootstrapServers, registryUrl });
});
afterAll(async () => {
  await session.close();
  await writer.close();
});

/** All rows of a query that ends, as the command prints them. */
async function rowsOf(sql: string): Promise<(readonly unknown[])[]> {
  const { isStream, pages } = await runQuery(session, sql, new AbortController().signal);
  expect(isStream).toBe(false);
  const rows: (readonly unknown[])[] = [];
  for await (const page of pages) rows.push(...page.rows.map(({ fields }) => fields));
  return rows;
}

/** What turns the strain of gauges into that of the ground. */
interface Orientation {
  readonly azimuth?: number;
  readonly matrix?: readonly number[];
}

/** Sets a station's constants as users do, and waits until they are there. */
async function setStation(site: string, { references, gap }: Constants, orientation: Orientation = {}) {
  const { azimuth, matrix } = orientation;
  const columns = ['site', 'reference_1', 'reference_2', 'reference_3', 'reference_4', 'gap'];
  const values = [`'${site}'`, ...references.map((count) => `CAST(${count} AS INT)`), `${gap}`];
  if (azimuth !== undefined) {
    columns.push('azimuth');
    values.push(`${azimuth}`);
  }
  if (matrix) {
    columns.push('strain_matrix');
    values.push(`ARRAY[${matrix.map((value) => value.toExponential()).join(', ')}]`);
  }
  await session.all(`INSERT INTO gtsm_stations (${columns.join(', ')}) VALUES (${values.join(', ')})`);
  const limit = Date.now() + 30_000;
  const expected = JSON.stringify([site, ...references, gap, azimuth ?? null, matrix ?? null]);
  for (;;) {
    const found = await rowsOf(`SELECT * FROM gtsm_stations_bounded WHERE site = '${site}'`);
    if (JSON.stringify(found[0]) === expected) return;
    if (Date.now() > limit) throw new Error(`${site} has not got its constants: ${JSON.stringify(found)}`);
    await sleep(200);
  }
}

const MICROSTRAIN = 'site, session, microstrain_1, microstrain_2, microstrain_3, microstrain_4';

test('the worked values come out, now and as a stream; without constants there is no row', async () => {
  await setStation('T001', { ...FIRST, gap: 1 });
  await setStation('T001', FIRST);
  await setStation('T002', SECOND);
  await writer.write([first, second, unknown]);

  const rows = await rowsOf(
    `SELECT ${MICROSTRAIN} FROM gtsm_microstrain_bounded WHERE site LIKE 'T00%' ORDER BY site`,
  );
  const expected = [
    ['T001', 'Day', 0.018253233189, 574.712643678, -47.10371050867, null],
    ['T002', 'Day', 0.537291618887, null, null, null],
  ];
  expect(rows.map((row) => row.slice(0, 2))).toEqual(expected.map((row) => row.slice(0, 2)));
  for (const [i, row] of expected.entries())
    closeTo(rows[i]?.slice(2) ?? [], row.slice(2) as (number | null)[]);

  const stream = session.run(`SELECT ${MICROSTRAIN} FROM gtsm_microstrain WHERE site = 'T002'`);
  for await (const page of stream) {
    const [row] = page.rows;
    if (!row) continue;
    closeTo(row.fields.slice(2), [0.537291618887, null, null, null]);
    break;
  }
});

test('areal and shear strain: by azimuth, without a gauge that is out of order, by a matrix of the station', async () => {
  const { references } = FIRST;
  const [, second, third, fourth] = references;
  const calibrated = [0.1, 0.2, 0.3, 0.4, -0.5, 0.6, 0.7, -0.8, 0.9, 1, -1.1, 1.2];
  await setStation('T011', FIRST, { azimuth: 136.9 });
  await setStation('T012', { ...FIRST, references: [null, second, third, fourth] }, { azimuth: 30 });
  await setStation('T013', FIRST, { azimuth: 30, matrix: calibrated });
  await setStation('T014', FIRST);
  const sites = ['T011', 'T012', 'T013', 'T014'];
  const three = { rs1_t0: 41149550, rs2_t0: 50001234, rs3_t0: 49190000 };
  const four = { ...three, rs4_t0: 50020000 };
  // As far apart as the session's instants are: the jobs of other tests read these rows too.
  const at = (site: string, minute: number, of: Partial<typeof four>): StrainRow => {
    const time = Date.UTC(2021, 0, 2, 0, minute);
    const timestamp = `2021-01-02 00:${minute}:00`;
    return { session: 'Day', key: { site }, value: { site, time, timestamp, ...of } };
  };
  const rows = sites.flatMap((site) => [at(site, 10, four), at(site, 20, three)]);
  await writer.write(rows);

  const strainOf = (site: string, row: StrainRow): (number | null)[] => {
    const gauges = microstrainOf(row, FIRST);
    const used = site === 'T012' ? [1, 2, 3] : [0, 1, 2, 3];
    if (site === 'T014' || used.some((gauge) => gauges[gauge] === null)) return [null, null, null];
    const { areal, differential, shear } = turned(northMatrix(used), site === 'T011' ? 136.9 : 30);
    const matrix = site === 'T013' ? calibrated : [...areal, ...differential, ...shear];
    return [0, 4, 8].map((from) => used.reduce((sum, i) => sum + matrix[from + i]! * gauges[i]!, 0));
  };
  const found = await rowsOf(
    "SELECT areal, differential, shear FROM gtsm_strain_bounded WHERE site LIKE 'T01%' ORDER BY site, `time`",
  );
  expect(found).toHaveLength(rows.length);
  for (const [i, row] of rows.entries()) closeTo(found[i] ?? [], strainOf(row.key.site, row));

  for await (const page of session.run(
    "SELECT areal, differential, shear FROM gtsm_strain WHERE site = 'T011'",
  )) {
    const [row] = page.rows;
    if (!row) continue;
    closeTo(row.fields, strainOf('T011', rows[0]!));
    break;
  }
});

test('npm run stations sets the constants of a table, and names the lines that it cannot use', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'stations-'));
  const file = path.join(folder, 'table.txt');
  const line = (site: string, azimuth: string): string =>
    `${site} 48.5 -123.25 12 ${azimuth} 0.0001 41149000 50000000 NA 50000000`;
  const lines = ['BNUM LAT LONG ELEV(m) CH0(EofN) GAP(m) L0(cnts) L1(cnts) L2(cnts) L3(cnts)'];
  await writeFile(
    file,
    [...lines, line('T021', '136.9'), line('T022', 'north'), line('T023', 'NA')].join('\n'),
  );
  const { code, stderr } = await run('npm', ['--silent', 'run', 'stations', '--', file], services.env);
  expect({ code, stderr }).toEqual({
    code: 3,
    stderr:
      `${file}, line 3: found CH0 north; expected a number from 0 to 360, Unknown or NA\n` +
      '2 stations set, 1 line left out\n',
  });
  expect(
    await rowsOf(
      "SELECT site, reference_1, reference_3, gap, azimuth FROM gtsm_stations_bounded WHERE site LIKE 'T02%' ORDER BY site",
    ),
  ).toEqual([
    ['T021', 41_149_000, null, 0.0001, 136.9],
    ['T023', 41_149_000, null, 0.0001, null],
  ]);
  await rm(folder, { recursive: true });
});

(existsSync(REAL_BOTTLES) ? test : test.skip)('and those of every row of real bottles', async () => {
  const rows = (await parsedRows(REAL_BOTTLES)).filter(({ value }) =>
    Object.keys(value).some((name) => /^[rlb]s\d_t0$/.test(name)),
  );
  const sites = [...new Set(rows.map(({ key }) => key.site))];
  for (const site of sites) await setStation(site, FIRST);
  await writer.write(rows);
  const found = await rowsOf(
    `SELECT ${MICROSTRAIN}, \`timestamp\` FROM gtsm_microstrain_bounded WHERE site IN (${sites.map((site) => `'${site}'`).join(', ')})`,
  );
  const byInstant = new Map(
    found.map(([site, session, ...rest]) => [JSON.stringify([site, session, rest[4]]), rest]),
  );
  for (const row of rows) {
    const name = JSON.stringify([row.key.site, row.session, row.value.timestamp]);
    closeTo(byInstant.get(name)?.slice(0, 4) ?? [], microstrainOf(row, FIRST));
  }
  expect(rows.length).toBeGreaterThan(12_000);
});

/** Within 1e-9 of the value, or half of the last digit that the description gives. */
function closeTo(found: readonly unknown[], expected: readonly (number | null)[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) {
    if (value === null) expect(found[i]).toBeNull();
    else
      expect(Math.abs(Number(found[i]) - value)).toBeLessThanOrEqual(Math.max(1e-9 * Math.abs(value), 5e-13));
  }
}
