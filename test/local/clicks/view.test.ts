import { countTable, totalOf } from '../../../local/clicks/view';

const at = (minute: number): number => Date.UTC(2026, 0, 1, 12, minute);
const named = new Map([
  ['skirt', new Map([[at(1), 3]])],
  [
    'jeans',
    new Map([
      [at(0), 1],
      [at(1), 2],
    ]),
  ],
]);

test('has a row for each name, a column for each minute, and the total', () => {
  const lines = countTable({ named, unknown: 0 }).split('\n');
  expect(lines[1]).toMatch(/name +│ 12:00 │ 12:01 │ clicks/);
  expect(lines[3]).toMatch(/jeans +│ +1 │ +2 │ +3/);
  expect(lines[4]).toMatch(/skirt +│ +0 │ +3 │ +3/);
});

test('shows the last five minutes, and the total of all', () => {
  const many = new Map([['jeans', new Map(Array.from({ length: 7 }, (_, minute) => [at(minute), 1]))]]);
  const table = countTable({ named: many, unknown: 0 });
  expect(table).toContain('12:02 │ 12:03 │ 12:04 │ 12:05 │ 12:06');
  expect(table).not.toContain('12:01');
  expect(table).toMatch(/jeans .* 7 │/);
});

test('shows unknown ids if there are any', () => {
  expect(countTable({ named, unknown: 2 })).toContain('\n2 on unknown ids');
  expect(countTable({ named, unknown: 0 })).not.toContain('unknown');
  expect(totalOf({ named, unknown: 2 })).toBe(8);
});
