import { processed, whyNoBand } from '../../../viewer/page/processing';
import type { Trace, Traces } from '../../../viewer/page/traces';

const traces = (trace: Partial<Trace>, change: Partial<Traces> = {}): Traces => ({
  time: [0, 1000, 2000],
  bucketMs: null,
  intervalMs: 1000,
  gaps: [],
  channels: [{ name: 'ls1_t0', unit: 'counts', line: [10, 20, 30], ...trace }],
  ...change,
});

const NONE = { tides: new Map<string, { at: (time: number) => number }>(), trend: 'none' } as const;

test('the mean is subtracted from the envelope as well, so that the line stays within it', () => {
  const envelope = { min: [5, 15, 25], max: [15, 25, 35] };
  const [trace] = processed(traces({ envelope }), { ...NONE, trend: 'mean' }).channels;
  expect(trace).toMatchObject({
    line: [-10, 0, 10],
    envelope: { min: [-15, -5, 5], max: [-5, 5, 15] },
  });
});

test('a trend is a line in time, and gaps stay gaps', () => {
  const given = traces({ line: [10, null, 30] });
  const [trace] = processed(given, { ...NONE, trend: 'trend' }).channels;
  expect(trace!.line.map((value) => value && Math.round(value))).toEqual([0, null, 0]);
});

test('the tide of a bucket is that of its middle, and only of the channels that have one', () => {
  const given = traces({}, { bucketMs: 1000 });
  const tide = { at: (time: number) => time / 100 };
  expect(processed(given, { ...NONE, tides: new Map([['ls1_t0', tide]]) }).channels[0]!.line).toEqual([
    5, 5, 5,
  ]);
  expect(processed(given, { ...NONE, tides: new Map([['ls2_t0', tide]]) }).channels).toEqual(given.channels);
});

test('a band-pass gives each instant its place, also those of a gap', () => {
  const given = traces({ line: [1, 2, 3] }, { time: [0, 1000, 4000] });
  const { time, channels } = processed(given, { ...NONE, band: { low: 0.1, high: 0.4 } });
  expect(time).toEqual([0, 1000, 2000, 3000, 4000]);
  expect(channels[0]!.line).toHaveLength(5);
});

test.each([
  ['the session is too slow', { bucketMs: null, intervalMs: 600_000 }, /choose the session Hour/],
  ['only buckets are shown', { bucketMs: 2000, intervalMs: 1000 }, /zoom in/],
  ['the band is above half the rate', { bucketMs: null, intervalMs: 1000 }, /below 0.5 Hz/],
])('says why there is no band-pass when %s', (_, shown, why) => {
  expect(whyNoBand(shown, { low: 0.1, high: 5 })).toMatch(why);
});
