import { countClicks, differences, minuteOf } from '../../../local/clicks/expected';

const MINUTE = 60_000;

test('a click has the name that its item had at its instant', () => {
  const catalogue = [
    { id: 3, name: 'shorts', since: 0 },
    { id: 3, name: 'bermuda', since: 5_000 },
  ];
  const clicks = [
    { id: 3, time: 4_999 },
    { id: 3, time: 5_000 },
    { id: 3, time: MINUTE },
  ];
  const { named, unknown } = countClicks(clicks, catalogue);
  expect(named.get('shorts')).toEqual(new Map([[0, 1]]));
  expect(named.get('bermuda')).toEqual(
    new Map([
      [0, 1],
      [MINUTE, 1],
    ]),
  );
  expect(unknown).toBe(0);
});

test('of two names with the same instant, the later one in the topic applies', () => {
  const catalogue = [
    { id: 1, name: 'a', since: 0 },
    { id: 1, name: 'b', since: 0 },
  ];
  expect([...countClicks([{ id: 1, time: 0 }], catalogue).named.keys()]).toEqual(['b']);
});

test.each([
  ['that the catalogue never had', []],
  ['that it does not have yet', [{ id: 1, name: 'jeans', since: 11 }]],
  [
    'that was taken out of it',
    [
      { id: 1, name: 'jeans', since: 0 },
      { id: 1, name: null, since: 10 },
    ],
  ],
])('an id %s is unknown', (_, catalogue) => {
  const { named, unknown } = countClicks([{ id: 1, time: 10 }], catalogue);
  expect([named.size, unknown]).toEqual([0, 1]);
});

test('the minute of a time', () => {
  expect(minuteOf(Date.UTC(2026, 0, 1, 12, 34, 59, 999))).toBe(Date.UTC(2026, 0, 1, 12, 34));
});

describe('differences', () => {
  const at = Date.UTC(2026, 0, 1, 12, 34);
  const counts = (name: string, clicks: number, unknown = 0) => ({
    named: new Map([[name, new Map([[at, clicks]])]]),
    unknown,
  });

  test('none between equal counts', () => {
    expect(differences(counts('jeans', 2, 1), counts('jeans', 2, 1))).toEqual([]);
  });

  test('too few, too many, missing and extra, each with its name and minute', () => {
    expect(differences(counts('jeans', 2), counts('jeans', 3))).toEqual(['jeans, 12:34: 2 counted, 3 sent']);
    expect(differences(counts('skirt', 1), counts('jeans', 1))).toEqual([
      'jeans, 12:34: 0 counted, 1 sent',
      'skirt, 12:34: 1 counted, 0 sent',
    ]);
  });

  test('unknown ids', () => {
    expect(differences(counts('jeans', 2), counts('jeans', 2, 4))).toEqual([
      'unknown ids: 0 counted, 4 sent',
    ]);
  });
});
