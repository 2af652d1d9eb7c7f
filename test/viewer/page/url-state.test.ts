import * as fc from 'fast-check';

import { queryOf, SESSIONS, START, stateOf, type ViewState, VIEWS } from '../../../viewer/page/url-state';

test('the start needs no query', () => {
  expect(queryOf(START)).toBe('');
  expect(stateOf('')).toEqual(START);
});

test('a query can be read by people', () => {
  const state: ViewState = {
    view: 'traces',
    site: 'B009',
    session: 'Hour',
    channels: ['ls1_t0', 'areal'],
    unit: 'microstrain',
    time: { start: Date.UTC(2021, 6, 1), end: Date.UTC(2021, 6, 2) },
    trend: 'mean',
    tide: true,
    band: { low: 0.01, high: 0.1 },
  };
  expect(queryOf(state)).toBe(
    '?view=traces&site=B009&session=Hour&channels=ls1_t0,areal&unit=microstrain' +
      '&start=2021-07-01T00:00:00.000Z&end=2021-07-02T00:00:00.000Z&remove=mean&tide=removed&band=0.01,0.1',
  );
});

test('a link gives the state that it was copied from', () => {
  const time = fc.oneof(
    fc.record({ follow: fc.integer({ min: 50, max: 1e12 }) }),
    fc
      .tuple(fc.integer({ min: 0, max: 2e12 }), fc.integer({ min: 1, max: 1e12 }))
      .map(([start, length]) => ({ start, end: start + length })),
  );
  const state = fc.record(
    {
      view: fc.constantFrom(...VIEWS),
      site: fc.string({ minLength: 1 }),
      session: fc.constantFrom(...SESSIONS),
      channels: fc.array(fc.stringMatching(/^\w+$/)),
      unit: fc.constantFrom('counts', 'microstrain'),
      time,
      trend: fc.constantFrom('none', 'mean', 'trend'),
      tide: fc.boolean(),
      band: fc.constantFrom({ low: 0.5, high: 5 }, { low: 1e-7, high: 1e-3 }),
    },
    { requiredKeys: ['view', 'site', 'channels', 'unit', 'time', 'trend', 'tide'] },
  );
  fc.assert(
    fc.property(state, (it) => {
      expect(stateOf(queryOf(it))).toEqual(it);
    }),
  );
});

test.each([
  ['an end before the start', 'start=2021-07-02&end=2021-07-01', 'time'],
  ['a length that is not a number', 'follow=soon', 'time'],
  ['an unknown view', 'view=admin', 'view'],
  ['a band upside down', 'band=5,1', 'band'],
  ['channels that are no columns', 'channels=a%20b,%3Cb%3E', 'channels'],
] as const)('%s is as at the start', (_, query, part) => {
  expect(stateOf(`?${query}`)[part]).toEqual(START[part]);
});
