import { Command } from 'commander';
import { newestTable, newestText } from '../../local/live';
import { addLiveOptions, type GivenLiveOptions, liveOptions } from '../../local/live-options';
import type { LiveOptions } from '../../local/services/live';

const parse = (...args: string[]): LiveOptions | undefined => {
  const command = addLiveOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .parse(args, { from: 'user' });
  return liveOptions(command, command.opts<GivenLiveOptions>());
};

describe('options', () => {
  test.each<[string[], LiveOptions | undefined]>([
    [[], undefined],
    [['--live'], { stations: ['B009', 'B010', 'B011'], speed: 1 }],
    [['--live', '--stations', '2', '--speed', '60'], { stations: ['B009', 'B010'], speed: 60 }],
    [['--live', '--stations', 'B018,B201'], { stations: ['B018', 'B201'], speed: 1 }],
  ])('%j', (args, options) => {
    expect(parse(...args)).toEqual(options);
  });

  test.each([
    [['--stations', '2'], 'error: --stations needs --live'],
    [['--speed', '2'], 'error: --speed needs --live'],
    [['--live', '--speed', '0'], 'Expected a number above 0, at most 5000.'],
    [['--live', '--stations', 'B9'], '"B9" is not a station: expected four letters or digits'],
  ])('%j is refused', (args, message) => {
    expect(() => parse(...args)).toThrow(message);
  });
});

describe('newest rows', () => {
  const time = Date.UTC(2026, 10, 27, 21, 30, 59, 950);
  const row = { session: 'Min', time, timestamp: '2026-11-27 21:30:59.950' };
  const rows = [
    { ...row, station: 'B009', counts: [48_114_448, 49_193_444, null, 51_549_555] },
    {
      ...row,
      station: 'B010',
      counts: [1, 2, 3, 4],
      time: time - 60_000,
      timestamp: '2026-11-27 21:29:59.950',
    },
  ];

  test('each station has a line with its age; a gauge without a sample is empty', () => {
    const lines = newestTable(rows, time + 12_340).split('\n');
    expect(lines[1]).toMatch(/station │ session │ newest row +│ age +│ +gauge 1 │ .*gauge 4/);
    expect(lines[3]).toMatch(
      /B009 +│ Min +│ 2026-11-27 21:30:59\.950 │ 12\.3 s │ 48,114,448 │ 49,193,444 │ +│ 51,/,
    );
    expect(lines[4]).toMatch(/B010 +│ Min +│ 2026-11-27 21:29:59\.950 │ 72\.3 s │/);
  });

  test('the age is that of the newest, also where time passed faster', () => {
    expect(newestText(rows, time + 12_340)).toBe('the newest row is 12.3 s old');
    expect(newestText(rows, time - 90_000)).toBe(
      'the newest row is 90.0 s ahead of the clock, because time passed faster with --speed',
    );
    expect(newestTable(rows, time - 90_000)).toMatch(/B010 .* 30\.0 s ahead/);
  });
});
