import { inShare, parseShare } from '../../../producer/archive/share';

describe('parseShare', () => {
  test('reads a part of several', () => {
    expect(parseShare('0/4')).toEqual({ index: 0, of: 4 });
    expect(parseShare('3/4')).toEqual({ index: 3, of: 4 });
  });

  test.each(['4/4', '0/0', '-1/4', '1', '1/2/3', '', 'a/b', '0.5/2'])('refuses %p', (text) => {
    expect(parseShare(text)).toBeUndefined();
  });
});

describe('inShare', () => {
  const stations = Array.from({ length: 80 }, (_, i) => `B${String(i).padStart(3, '0')}`);
  const partOf = (path: string, of: number) =>
    Array.from({ length: of }, (_, index) => index).filter((index) => inShare(path, { index, of }));

  test('every file belongs to one part', () => {
    for (const station of stations) expect(partOf(`/in/${station}19115Day.tgz`, 7)).toHaveLength(1);
    expect(partOf('/in/README.md', 7)).toHaveLength(1);
  });

  test('all files of a station belong to the same part, whatever their form and folder', () => {
    for (const station of stations.slice(0, 20)) {
      const files = [
        `${station}19115Day.tgz`,
        `2019/${station}19115_20.tar`,
        `${station}.2019115_01.tar`,
        `x/y/${station}1911500CH0`,
      ];
      expect(new Set(files.map((file) => partOf(file, 5).join())).size).toBe(1);
    }
  });

  test('stations are spread over the parts', () => {
    const counts = [0, 1, 2, 3].map(
      (index) => stations.filter((station) => inShare(`${station}19115Day.tgz`, { index, of: 4 })).length,
    );
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(10);
  });

  test('one part is all', () => {
    expect(partOf('B00919115Day.tgz', 1)).toEqual([0]);
  });
});
