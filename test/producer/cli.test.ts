import { PassThrough, Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

import { run } from '../../producer/cli';
import { bottle, folderOf, tarOf } from './helpers';

/** Runs one command line and gives what it wrote. */
async function cli(
  argv: readonly string[],
  world: { stdin?: Readable; signal?: AbortSignal; slow?: boolean } = {},
) {
  const out = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr'): Writable =>
    new Writable({
      highWaterMark: world.slow ? 1 : undefined,
      write: (chunk: Buffer, _, done) => {
        out[name] += chunk.toString();
        setImmediate(done);
      },
    });
  const [stdout, stderr] = [sink('stdout'), sink('stderr')];
  const code = await run(argv, {
    stdin: world.stdin ?? Readable.from([]),
    stdout,
    stderr,
    env: {},
    signal: world.signal ?? new AbortController().signal,
  });
  await Promise.all([finished(stdout.end()), finished(stderr.end())]);
  return { code, ...out };
}

const folder = (): Promise<string> =>
  tarOf(['B0092118200CH0', bottle()], ['B0092118200CH1', bottle({ samples: [-4, null, 6] })]).then((tar) =>
    folderOf({ 'B00921182_01.tar': tar }),
  );

const damaged = (): Promise<Buffer> => tarOf(['B0092118200CH0', bottle()], ['B0092118200CH1', 'x']);

describe('parse', () => {
  test('prints each row as a line of JSON, fields in order, nulls left out; the summary goes to standard error', async () => {
    const { code, stdout, stderr } = await cli(['parse', await folder()], { slow: true });
    expect(stdout.split('\n')).toEqual([
      '{"session":"Hour","key":{"site":"B009"},"value":{"site":"B009","time":1625097600000,"timestamp":"2021-07-01 00:00:00","ls1_t0":1,"ls2_t0":-4}}',
      '{"session":"Hour","key":{"site":"B009"},"value":{"site":"B009","time":1625097601000,"timestamp":"2021-07-01 00:00:01","ls1_t0":2}}',
      '{"session":"Hour","key":{"site":"B009"},"value":{"site":"B009","time":1625097602000,"timestamp":"2021-07-01 00:00:02","ls1_t0":3,"ls2_t0":6}}',
      '',
    ]);
    expect(stderr).toMatch(/│ B009 │ Hour {4}│ {4}3 │ {7}2 │ {7}6 │ {7}1 │/);
    expect(stderr).toMatch(/1 file, 2 members, 2 bottles, 0\.0 MB read, peak memory [\d.]+ MB\n0 damaged\n$/);
    expect(code).toBe(0);
  });

  test('--pretty prints a table', async () => {
    const { stdout } = await cli(['parse', '--pretty', await folder()]);
    expect(stdout).toContain('│ site │ session │ timestamp           │ ls1_t0 │ ls2_t0 │');
    expect(stdout).toContain('│ B009 │ Hour    │ 2021-07-01 00:00:01 │      2 │        │');
  });

  test('--pretty shows as many columns as fit', async () => {
    const members = Array.from({ length: 12 }, (_, i): [string, Buffer] => [
      `B00921182CalStepCH${i % 4}G${Math.floor(i / 4)}`,
      bottle({ samples: [i] }),
    ]);
    const { stdout } = await cli(['parse', '--pretty', '-'], {
      stdin: Readable.from([await tarOf(...members)]),
    });
    expect(stdout).toContain('and 4 more columns: a wider terminal shows more');
  });

  test('--rows stops after so many', async () => {
    const { code, stdout } = await cli(['parse', '--rows', '2', await folder()]);
    expect(stdout.trimEnd().split('\n').length).toBe(2);
    expect(code).toBe(0);
  });

  test('damage: the rest is printed, the damage is said, exit code 3', async () => {
    const { code, stdout, stderr } = await cli(['parse', '-'], { stdin: Readable.from([await damaged()]) });
    expect(stdout.trimEnd().split('\n').length).toBe(3);
    expect(stderr).toContain('WARN: - › B0092118200CH1 › byte 0: found magic 78, expected 5d01 or 015d');
    expect(stderr).toMatch(/1 damaged\n$/);
    expect(code).toBe(3);
  });

  test('--strict stops there, exit code 3', async () => {
    const { code, stdout, stderr } = await cli(['parse', '--strict', '-'], {
      stdin: Readable.from([await damaged()]),
    });
    expect(stdout.trimEnd().split('\n').length).toBe(3);
    expect(stderr).toContain('ERROR: stopped at the first damage (--strict): - › B0092118200CH1 › byte 0');
    expect(code).toBe(3);
  });

  test('--log-format json writes each message as a line of JSON, the summary too', async () => {
    const { stderr } = await cli(['parse', '-', '--log-format', 'json'], {
      stdin: Readable.from([await damaged()]),
    });
    const lines = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines).toMatchObject([
      { level: 'warn', damage: { file: '-', members: ['B0092118200CH1'], offset: 0 } },
      {
        level: 'info',
        msg: 'summary',
        summary: { rows: 3, damaged: 1, streams: [{ site: 'B009', rows: 3 }] },
      },
    ]);
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ])('%s ends it with exit code %i, after the summary', async (name, expected) => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(name), 20);
    const { code, stderr } = await cli(['parse', '-'], { stdin: new PassThrough(), signal: stop.signal });
    expect(code).toBe(expected);
    expect(stderr).toMatch(/0 damaged\n$/);
  });
});

describe('info', () => {
  test('says what is inside', async () => {
    const { code, stdout } = await cli(['info', await folder()]);
    expect(stdout).toContain('1 file, 2 members');
    expect(stdout).toContain(
      '│ B009 │ Hour    │ CH1     │ ls2_t0 │ 1 Hz │ 2021-07-01 00:00:00 │ 2021-07-01 00:00:02 │       1 │       3 │       1 │',
    );
    expect(stdout).toContain('0 damaged');
    expect(code).toBe(0);
  });

  test.each([
    [50, '20 Hz'],
    [600_000, 'every 10 min'],
    [1500, 'every 1.5 s'],
  ])('an interval of %i ms is %s', async (interval, rate) => {
    const bytes = bottle({ interval });
    const { stdout } = await cli([
      'info',
      folderOf({ B00921182CH0: bytes, B00921183CH0: bottle({ samples: [] }) }),
    ]);
    expect(stdout).toContain(`│ ${rate} `);
  });

  test('--json', async () => {
    const { code, stdout } = await cli(['info', '--json', '-', await folder()], {
      stdin: Readable.from([await damaged()]),
    });
    expect(JSON.parse(stdout)).toMatchObject([
      {
        path: '-',
        files: 1,
        members: 2,
        channels: [{ channel: 'CH0' }],
        damaged: 1,
        damages: [{ offset: 0 }],
      },
      {
        channels: [
          {
            ...{
              site: 'B009',
              session: 'Hour',
              channel: 'CH0',
              field: 'ls1_t0',
              intervalMs: 1000,
              bottles: 1,
            },
            ...{ samples: 3, missing: 0, first: 1_625_097_600_000, last: 1_625_097_602_000 },
          },
          { channel: 'CH1', missing: 1 },
        ],
        damaged: 0,
      },
    ]);
    expect(code).toBe(3);
  });

  test('lists what is damaged', async () => {
    const { stdout } = await cli(['info', '-'], { stdin: Readable.from([await damaged()]) });
    expect(stdout).toContain('1 damaged\n  - › B0092118200CH1 › byte 0: found magic 78');
  });

  test('a signal ends it', async () => {
    const { code } = await cli(['info', '-'], {
      stdin: new PassThrough(),
      signal: AbortSignal.abort('SIGTERM'),
    });
    expect(code).toBe(143);
  });
});

describe('usage', () => {
  test.each([
    [['parse'], "error: missing required argument 'path'"],
    [['parse', '--rows', '0', 'x'], 'Expected a whole number of 1 or more.'],
    [['parse', '--nope', 'x'], "error: unknown option '--nope'"],
    [['nope'], "error: unknown command 'nope'"],
    [['--log-format', 'xml', 'parse', 'x'], 'Allowed choices are text, json.'],
    [[], 'Usage: strain-producer'],
  ])('%j is exit code 2', async (argv, text) => {
    const { code, stdout, stderr } = await cli(argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(text);
  });

  test.each([
    [['--help'], 'Commands:'],
    [['parse', '--help'], 'strain-producer parse --pretty --rows 20 bottles/'],
    [['info', '--help'], 'strain-producer info --json bottles/'],
    [['--version'], /^\d+\.\d+\.\d+\n$/],
  ])('%j', async (argv, text) => {
    const { code, stdout } = await cli(argv);
    expect(code).toBe(0);
    expect(stdout).toMatch(text);
  });

  test('a path that does not exist is exit code 1', async () => {
    const { code, stderr } = await cli(['parse', '/not/there']);
    expect(code).toBe(1);
    expect(stderr).toContain(
      'ERROR: /not/there: no such file or directory\nTo fix it: give the path of a bottle',
    );
  });
});
