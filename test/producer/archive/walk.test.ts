import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';

import { formatDamage } from '../../../producer/damage';
import { bottle, folderOf, readPaths, readStdin, tarOf, tgzOf, type Row } from '../helpers';

const CH0 = 'B0092118200CH0';
const CH1 = 'B0092118200CH1';

/** `ls1_t0` and `ls2_t0` of each row. */
const strains = (rows: readonly Row[]) => rows.map(({ value }) => [value.ls1_t0, value.ls2_t0]);

const BOTH = [
  [1, 1],
  [2, 2],
  [3, 3],
];

const FIRST = [1, 2, 3].map((value) => [value, undefined]);

test.each([
  ['a tar', () => tarOf([CH0, bottle()], [CH1, bottle()])],
  ['a tgz', () => tgzOf([CH0, bottle()], [CH1, bottle()])],
  [
    'wrapper folders, ./ and what macOS leaves',
    () =>
      tarOf(
        [{ name: './', type: 'directory' }],
        ['./._B0092118200CH0', 'x'],
        [`./some/dir/${CH0}`, bottle()],
        ['./.DS_Store', 'x'],
        [`./${CH1}`, bottle()],
      ),
  ],
  [
    'archives within archives',
    async () =>
      tarOf(
        ['B00921182_01.tar', await tarOf(['B0092118200.tgz', await tgzOf([CH0, bottle()])])],
        [CH1, bottle()],
      ),
  ],
  ['a compressed bottle', async () => tarOf([`${CH0}.gz`, gzipSync(bottle())], [CH1, bottle()])],
  [
    'names that say the other kind',
    async () => tarOf(['a.tar', await tgzOf([CH0, bottle()])], ['b.tgz', await tarOf([CH1, bottle()])]),
  ],
  ['names that say nothing', async () => tarOf(['data', await tgzOf([CH0, bottle()])], [CH1, bottle()])],
])('%s', async (_, make) => {
  const { rows, report } = await readStdin(await make());
  expect(strains(rows)).toEqual(BOTH);
  expect(report.damages).toEqual([]);
});

test('a file that is a bare bottle', async () => {
  const folder = folderOf({ [CH0]: bottle(), [`${CH1}.gz`]: gzipSync(bottle()) });
  const { rows, report } = await readPaths([`${folder}/${CH0}`, `${folder}/${CH1}.gz`]);
  expect(strains(rows)).toEqual(BOTH);
  expect(report).toMatchObject({ files: 2, members: 0, damaged: 0 });
});

describe('only the damaged item is lost', () => {
  test.each<[string, () => Promise<Buffer>, string]>([
    [
      'an empty member',
      () => tarOf([CH1, ''], [CH0, bottle()]),
      `- › ${CH1} › byte 0: found an empty member, expected a bottle or an archive`,
    ],
    [
      'a foreign name',
      () => tarOf(['README.txt', 'hello'], [CH0, bottle()]),
      '- › README.txt › byte 0: found the name README.txt, expected the name of a bottle, or gzip or tar data',
    ],
    [
      'no archive',
      () => tarOf(['a.tgz', 'hello'], [CH0, bottle()]),
      '- › a.tgz › byte 0: found bytes 68656c6c, expected gzip (1f8b) or tar',
    ],
    [
      'an unknown channel',
      () => tarOf(['B00921182CO2', bottle()], [CH0, bottle()]),
      '- › B00921182CO2 › byte 0: found the channel CO2 in the name, expected a channel of session Day: CH0, ',
    ],
    [
      'a symlink',
      () => tarOf([{ name: CH1, type: 'symlink', linkname: '/etc/passwd' }], [CH0, bottle()]),
      `- › ${CH1} › byte 0: found a member of type SymbolicLink, expected a file (links and devices are not followed)`,
    ],
    [
      'a hard link',
      () => tarOf([{ name: CH1, type: 'link', linkname: CH0 }], [CH0, bottle()]),
      `- › ${CH1} › byte 0: found a member of type Link`,
    ],
    [
      'a name that leads out',
      () => tarOf([`a/../../${CH1}`, bottle()], [CH0, bottle()]),
      `- › a/../../${CH1} › byte 0: found the name "a/../../${CH1}", expected a name within the archive`,
    ],
    [
      'an absolute name',
      () => tarOf([`/tmp/${CH1}`, bottle()], [CH0, bottle()]),
      `- › /tmp/${CH1} › byte 0: found the name "/tmp/${CH1}", expected a name within the archive`,
    ],
    [
      'an archive without members',
      async () => tarOf(['a.tar', await tarOf()], [CH0, bottle()]),
      '- › a.tar › byte 0: found a tar without members, expected at least one bottle',
    ],
    [
      'control characters in a name',
      () => tarOf(['\u001b[2Jx', 'hello'], [CH0, bottle()]),
      '- › \\u001b[2Jx › byte 0: found the name \\u001b[2Jx',
    ],
    [
      'gzip data cut',
      async () => tarOf(['a.tgz', (await tgzOf([CH1, bottle()])).subarray(0, 60)], [CH0, bottle()]),
      '- › a.tgz › byte 60: found the end of the data, expected the rest of the gzip data',
    ],
  ])('%s', async (_, make, text) => {
    const { rows, report } = await readStdin(await make());
    expect(strains(rows)).toEqual(FIRST);
    expect(report.damages.map(formatDamage)).toEqual([expect.stringContaining(text)]);
  });

  test('a bottle that is cut with its gzip data: the member, and the byte of the gzip data', async () => {
    const long = bottle({ samples: Array.from(randomBytes(4000)) });
    const inner = await tgzOf([CH0, bottle()], [CH1, long]);
    const { rows, report } = await readStdin(await tarOf(['a.tgz', inner.subarray(0, 2000)], ['b', 'x']));
    expect(strains(rows)).toEqual(FIRST);
    expect(report.damages.map(formatDamage)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^- › a\\.tgz › ${CH1} › byte \\d+: found the end of the data ` +
            String.raw`\(its gzip data at byte 2000: the end of the data\), expected the rest of the bottle$`,
        ),
      ),
      expect.stringContaining('- › b › byte 0'),
    ]);
  });

  test('the last member of a cut tar', async () => {
    const whole = await tarOf([CH0, bottle()], ['a.tar', await tarOf([CH1, bottle()])]);
    const { rows, report } = await readStdin(whole.subarray(0, 1024 + 512 + 512 + 45));
    expect(strains(rows)).toEqual(FIRST);
    expect(report.damages.map(formatDamage)).toEqual([
      `- › a.tar › ${CH1} › byte 45: found the end of the data (its archive ends after 557 of its 2048 bytes), ` +
        'expected the rest of the bottle',
    ]);
  });

  test('bytes after a compressed bottle, which is whole', async () => {
    const { rows, report } = await readStdin(
      await tarOf([`${CH0}.gz`, Buffer.concat([gzipSync(bottle()), Buffer.from('more')])]),
    );
    expect(strains(rows)).toEqual(FIRST);
    expect(report.damages).toMatchObject([{ members: [`${CH0}.gz`], found: 'bytes after the gzip data' }]);
  });

  test('a tar that is cut within gzip data which are wrong already before: both', async () => {
    const wrong = gzipSync(randomBytes(3000));
    wrong[10]! |= 6; // a kind of block that deflate does not have
    const whole = await tarOf([CH0, bottle()], ['a.tgz', wrong], [CH1, bottle()]);
    const { rows, report } = await readStdin(whole.subarray(0, 2000));
    expect(strains(rows)).toEqual(FIRST);
    expect(report.damages).toMatchObject([
      { members: ['a.tgz'], found: 'damaged gzip data (invalid block type)' },
      { members: ['a.tgz'], found: 'the end of the data', offset: 464 },
    ]);
  });

  test('a member that is not read, in an archive that is cut there: both', async () => {
    const whole = await tarOf([CH0, bottle()], ['/tmp/x', 'x'.repeat(2000)], [CH1, bottle()]);
    const { rows, report } = await readStdin(whole.subarray(0, 2000));
    expect(strains(rows)).toEqual(FIRST);
    expect(report.damages.map(formatDamage)).toEqual([
      expect.stringContaining('- › /tmp/x › byte 0: found the name "/tmp/x"'),
      '- › /tmp/x › byte 464: found the end of the data, expected 2000 bytes',
    ]);
  });

  test('a tar that is cut within a member that was read to its own end', async () => {
    const whole = await tarOf(['a.tgz', Buffer.concat([await tgzOf([CH0, bottle()]), Buffer.alloc(500)])]);
    const { rows, report } = await readStdin(whole.subarray(0, 900));
    expect(strains(rows)).toEqual(FIRST);
    expect(report.damages.map(formatDamage)).toEqual([
      expect.stringMatching(/^- › a\.tgz › byte 388: found the end of the data, expected \d+ bytes$/),
    ]);
  });
});

describe('gzip data are used only when their check sum is right', () => {
  /** Not compressed, so that each byte can be changed in its place. */
  const stored = (data: Buffer): Buffer => gzipSync(data, { level: 0 });
  /** The same data with another last sample in the last bottle, which inflates without an error. */
  const changed = (data: Buffer): Buffer => {
    const copy = Buffer.from(data);
    copy[copy.lastIndexOf(bottle()) + 40]! ^= 1;
    return copy;
  };
  const wrong = 'damaged gzip data (incorrect data check)';

  test('a changed sample: the bottles of that archive are lost, others are not', async () => {
    const inner = changed(stored(await tarOf([CH1, bottle()], ['B0092118200CH2', bottle()])));
    const { rows, report } = await readStdin(await tarOf(['a.tgz', inner], [CH0, bottle()]));
    expect(strains(rows)).toEqual(FIRST);
    expect(report.damages).toMatchObject([
      { members: ['a.tgz'], found: `${wrong}, so 2 bottles before it cannot be trusted` },
    ]);
  });

  test('an archive within it whose own check sum is right is kept', async () => {
    const whole = await tgzOf([CH0, bottle()]);
    const outer = changed(stored(await tarOf(['whole.tgz', whole], [CH1, bottle()])));
    const { rows, report } = await readStdin(await tarOf(['a.tgz', outer]));
    expect(strains(rows)).toEqual(FIRST);
    expect(report.damages).toMatchObject([{ members: ['a.tgz'] }]);
  });

  test('so is what comes before, in gzip data of its own', async () => {
    const tar = await tarOf([CH0, bottle()], [CH1, bottle()]);
    const parts = [gzipSync(tar.subarray(0, 1024)), changed(stored(tar.subarray(1024)))];
    const { rows, report } = await readStdin(await tarOf(['a.tgz', Buffer.concat(parts)]));
    expect(strains(rows)).toEqual(FIRST);
    expect(report.damages).toMatchObject([{ members: ['a.tgz'] }]);
  });

  test('cut off: the bottles that an intact tar header follows', async () => {
    const tar = stored(await tarOf([CH0, bottle()], [CH1, bottle()], ['B0092118200CH2', bottle()]));
    const inner = tar.subarray(0, tar.lastIndexOf(bottle()) - 20);
    const { rows, report } = await readStdin(await tarOf(['a.tgz', inner]));
    expect(strains(rows)).toEqual(FIRST);
    expect(report.damages).toMatchObject([
      { members: ['a.tgz'], found: 'the end of the data, so 1 bottle before it cannot be trusted' },
    ]);
  });

  test('cut off after a damaged tar header: the wrong bits may have come before it', async () => {
    const tar = await tarOf([CH0, bottle()], [CH1, bottle()], ['B0092118200CH2', bottle()]);
    tar[1024]! ^= 1;
    const { rows, report } = await readStdin(await tarOf(['a.tgz', stored(tar).subarray(0, -8)]));
    expect(rows).toEqual([]);
    expect(report.damages).toMatchObject([
      { members: ['a.tgz'], found: 'a damaged tar header' },
      { members: ['a.tgz'], found: 'the end of the data, so 2 bottles before it cannot be trusted' },
    ]);
  });

  test('beyond heldBytes they do not wait for it', async () => {
    const inner = changed(stored(await tarOf([CH0, bottle()], [CH1, bottle()])));
    const { rows } = await readStdin(await tarOf(['a.tgz', inner]), { limits: { heldBytes: 1200 } });
    expect(strains(rows)).toEqual(FIRST);
  });
});
