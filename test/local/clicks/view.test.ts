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

test('names down, minutes across, and the sum', () => {
  const lines = countTable({ named, unknown: 0 }).split('\n');
  expect(lines[1]).toMatch(/name +│ 12:00 │ 12:01 │ clicks/);
  expect(lines[3]).toMatch(/jeans +│ +1 │ +2 │ +3/);
  expect(lines[4]).toMatch(/skirt +│ +0 │ +3 │ +3/);
});

test('of many minutes the last five are shown, and all are in the sum', () => {
  const many = new Map([['jeans', new Map(Array.from({ length: 7 }, (_, minute) => [at(minute), 1]))]]);
  const table = countTable({ named: many, unknown: 0 });
  expect(table).toContain('12:02 │ 12:03 │ 12:04 │ 12:05 │ 12:06');
  expect(table).not.toContain('12:01');
  expect(table).toMatch(/jeans .* 7 │/);
});

test('unknown ids are told where there are some', () => {
  expect(countTable({ named, unknown: 2 })).toContain('\n2 on unknown ids');
  expect(countTable({ named, unknown: 0 })).not.toContain('unknown');
  expect(totalOf({ named, unknown: 2 })).toBe(8);
});
