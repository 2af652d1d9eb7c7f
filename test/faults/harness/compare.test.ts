import { compare } from './compare';

const row = (site: string, time: number): string =>
  JSON.stringify({ session: 'Hour', key: { site }, value: { time } });

const [a1, a2, a3] = [row('B009', 1), row('B009', 2), row('B009', 3)];
const [b1, b2] = [row('B010', 1), row('B010', 2)];
const EXPECTED = [a1, a2, a3, b1, b2];

test('stations may come in any order, the rows of each in theirs', () => {
  expect(compare(EXPECTED, [b1, a1, a2, b2, a3])).toMatchObject({
    rows: 5,
    lost: 0,
    twice: 0,
    disordered: 0,
  });
});

test.each([
  ['a lost row', [a1, a3, b1, b2], { lost: 1, twice: 0, disordered: 0 }],
  ['a lost last row', [a1, a2, b1, b2], { lost: 1, first: 'B009: row 2 is missing' }],
  ['a lost station', [a1, a2, a3], { lost: 2, first: 'B010: row 0 is missing' }],
  ['a row that is there three times', [a1, a2, a2, a2, a3, b1, b2], { lost: 0, twice: 2, disordered: 0 }],
  ['a row that nobody published', [a1, a2, a3, b1, b2, row('B011', 1)], { lost: 0, twice: 1 }],
  ['one lost and one twice', [a1, a1, a3, b1, b2], { lost: 1, twice: 1, disordered: 0 }],
  ['two rows in the wrong order', [a2, a1, a3, b1, b2], { lost: 0, twice: 0, disordered: 2 }],
])('%s is found', (_, found, expected) => {
  expect(compare(EXPECTED, found)).toMatchObject({ first: expect.any(String) as string, ...expected });
});
