import { isInput, recentFolders } from '../../../producer/watch/names';

test.each([
  ['B009.2021182Day.tgz', true],
  ['B009263311728_20.tgz', true],
  ['B0092118200CH0', true],
  ['from-the-field.tar.gz', true],
  ['.B0092118200.tgz', false],
  ['B0092118200.tgz.part', false],
  ['B0092118200.tgz~', false],
  ['index.html', false],
])('%s is read: %s', (name, expected) => {
  expect(isInput(name)).toBe(expected);
});

test('news are expected at every station, in the last years and days', () => {
  expect(recentFolders(['B018/', 'B009/'])).toEqual(['B009/', 'B018/']);
  expect(recentFolders(['B009/2019/', 'B009/2021/', 'B009/2020/'])).toEqual(['B009/2020/', 'B009/2021/']);
  // Days without leading zeros.
  expect(recentFolders(['9/', '99/', '100/', '10/'])).toEqual(['99/', '100/']);
  expect(recentFolders(['2021-07-01/', '2021-07-02/', '2020-12-31/', 'late/'])).toEqual([
    '2021-07-01/',
    '2021-07-02/',
    'late/',
  ]);
});
