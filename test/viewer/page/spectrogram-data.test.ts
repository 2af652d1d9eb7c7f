import type { SeriesAnswer } from '../../../viewer/api';
import {
  cellAt,
  decibelRange,
  densityUnit,
  evenSamples,
  loudest,
  movedBy,
  type TimedSpectrogram,
  timedSpectrogram,
  usualWindow,
  windowChoices,
} from '../../../viewer/page/spectrogram-data';

const START = Date.UTC(2021, 6, 1);

/** An answer with raw samples at 20 Hz, at the given instants after START. */
function answer(time: readonly number[], values: readonly (number | null)[]): SeriesAnswer {
  const channels = [{ name: 'ls1_t0', unit: 'counts', values }];
  const at = time.map((it) => START + it);
  return {
    site: 'B009',
    session: 'Min',
    start: START,
    end: START,
    intervalMs: 50,
    bucketMs: null,
    time: at,
    channels,
    gaps: [],
  };
}

/** Three columns, 1 s apart from START on, of 0, 1 and 2 Hz. */
function shown(decibels: (number | null)[][]): TimedSpectrogram {
  return {
    times: [START, START + 1000, START + 2000],
    stepMs: 1000,
    windowMs: 2000,
    frequencies: [0, 1, 2],
    decibels,
  };
}

describe('evenSamples', () => {
  it('has null for what is missing, and places instants that are a little off', () => {
    expect(evenSamples(answer([0, 49, 200, 251], [1, 2, 3, null]))).toEqual([1, 2, null, null, 3, null]);
  });

  it('has nothing of an empty answer', () => {
    expect(evenSamples(answer([], []))).toEqual([]);
  });
});

describe('windows', () => {
  it.each([
    [72_000, 512],
    [600, 64],
    [4320, 128],
    [1_728_000, 2048],
    [10, 16],
    [0, 16],
  ])('for %d samples, uses %d', (samples, window) => {
    expect(usualWindow(samples)).toBe(window);
  });

  it('offers those that fit twice', () => {
    expect(windowChoices(130)).toEqual([16, 32, 64]);
    expect(windowChoices(31)).toEqual([]);
  });
});

describe('timedSpectrogram', () => {
  it('has the instants of the windows', () => {
    const time = Array.from({ length: 64 }, (_, i) => 50 * i);
    const found = timedSpectrogram(
      answer(
        time,
        time.map((_, i) => Math.sin(i)),
      ),
      32,
    )!;
    expect(found.times[0]).toBe(START + 16 * 50);
    expect(found.times).toHaveLength(33);
    expect([found.stepMs, found.windowMs, found.frequencies.at(-1)]).toEqual([50, 1600, 10]);
  });

  it('is undefined when gaps leave no whole window', () => {
    const time = [0, 50, 100, 5000];
    expect(timedSpectrogram(answer(time, [1, 2, 3, 4]), 16)).toBeUndefined();
    expect(timedSpectrogram(answer([], []), 16)).toBeUndefined();
  });
});

describe('decibelRange', () => {
  it('leaves out the few that are far off, zero frequency, and what has no power', () => {
    const decibels = Array.from({ length: 10 }, () => [
      900,
      ...Array.from({ length: 100 }, (_, i) => i / 2 - 60.4),
    ]);
    decibels[3]![50] = 400;
    decibels[4]![50] = -Infinity;
    expect(decibelRange({ decibels })).toEqual([-60, -10]);
  });

  it('spans 10 dB at least, also of nothing', () => {
    expect(decibelRange({ decibels: [[0, 7]] })).toEqual([5, 15]);
    expect(decibelRange({ decibels: [[null, null]] })).toEqual([-10, 0]);
  });
});

describe('the cursor', () => {
  const quiet = shown([
    [99, 1, 2],
    [99, 5, 3],
    [null, null, null],
  ]);

  it('begins at the loudest cell, zero frequency aside', () => {
    expect(loudest(quiet)).toEqual({ column: 1, bin: 1 });
  });

  it('goes to the nearest cell', () => {
    expect(cellAt(quiet, START + 600, 1.6)).toEqual({ column: 1, bin: 2 });
    expect(cellAt(quiet, START + 600, 0)).toEqual({ column: 1, bin: 1 });
    expect(cellAt(quiet, START + 2501, 1)).toBeUndefined();
    expect(cellAt(quiet, START - 501, 1)).toBeUndefined();
  });

  it('moves by keys, within the cells', () => {
    const at = { column: 1, bin: 1 };
    expect(movedBy('ArrowRight', false, at, quiet)).toEqual({ column: 2, bin: 1 });
    expect(movedBy('ArrowRight', true, at, quiet)).toEqual({ column: 2, bin: 1 });
    expect(movedBy('ArrowLeft', true, at, quiet)).toEqual({ column: 0, bin: 1 });
    expect(movedBy('ArrowUp', false, at, quiet)).toEqual({ column: 1, bin: 2 });
    expect(movedBy('ArrowDown', false, at, quiet)).toEqual({ column: 1, bin: 1 });
    expect(movedBy('Home', false, at, quiet)).toEqual({ column: 0, bin: 1 });
    expect(movedBy('End', false, at, quiet)).toEqual({ column: 2, bin: 1 });
    expect(movedBy('Tab', false, at, quiet)).toBeUndefined();
  });
});

it.each([
  ['counts', 'counts²/Hz'],
  ['microstrain', 'µε²/Hz'],
  ['°C', '°C²/Hz'],
  ['mm/30 min', '(mm/30 min)²/Hz'],
])('writes the density of %s as %s', (unit, text) => {
  expect(densityUnit(unit)).toBe(text);
});
