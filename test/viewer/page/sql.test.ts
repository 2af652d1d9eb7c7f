import { spawnSync } from 'node:child_process';

import { type Selection, shellQuoted, sqlCommands } from '../../../viewer/page/sql';

const SELECTION: Selection = {
  site: 'B009',
  session: 'Hour',
  channels: [
    { name: 'ls1_t0', kind: 'gauge' },
    { name: 'areal', kind: 'strain' },
  ],
  unit: 'counts',
  start: 1000,
  end: 2000,
};

/** What `npm run sql` gets as its argument. */
function argumentsOf(command: string): string {
  const script = command.replace('npm run sql --', "printf '%s'");
  return spawnSync('sh', ['-c', script], { encoding: 'utf8' }).stdout;
}

test('counts come from the table and strain from its view', () => {
  expect(sqlCommands(SELECTION).map(argumentsOf)).toEqual([
    "SELECT `timestamp`, ls1_t0 FROM gtsm_etl_bounded WHERE key_site = 'B009' AND COALESCE(ls1_t0) IS NOT NULL" +
      ' AND `time` >= TO_TIMESTAMP_LTZ(1000, 3) AND `time` < TO_TIMESTAMP_LTZ(2000, 3) ORDER BY `time`',
    "SELECT `timestamp`, areal FROM gtsm_strain_bounded WHERE site = 'B009' AND session = 'Hour'" +
      ' AND `time` >= TO_TIMESTAMP_LTZ(1000, 3) AND `time` < TO_TIMESTAMP_LTZ(2000, 3) ORDER BY `time`',
  ]);
});

test('microstrain of gauges comes from its view, where columns are named by gauge', () => {
  const channels = [{ name: 'ls3_t0', kind: 'gauge' } as const];
  const [command] = sqlCommands({ ...SELECTION, channels, unit: 'microstrain' });
  expect(command).toContain('microstrain_3 FROM gtsm_microstrain_bounded');
});

test.each(['`id`', '$HOME', '$(id)', '"; id; "', '\\', "it's", 'a!b'])(
  'a shell passes on %s as it is',
  (text) => {
    expect(argumentsOf(`npm run sql -- ${shellQuoted(text)}`)).toBe(text);
  },
);

test('a quote in a name does not end the SQL text', () => {
  expect(sqlCommands({ ...SELECTION, site: "x' OR 1=1" })[0]).toContain("key_site = 'x'' OR 1=1'");
});
