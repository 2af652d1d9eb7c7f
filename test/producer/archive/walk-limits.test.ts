import { gzipSync } from 'node:zlib';

import { bottle, readStdin, tarOf, tgzOf, type Row } from '../helpers';

const CH0 = 'B0092118200CH0';
const CH1 = 'B0092118200CH1';

/** `ls1_t0` and `ls2_t0` of each row. */
const strains = (rows: readonly Row[]) => rows.map(({ value }) => [value.ls1_t0, value.ls2_t0]);

/** Those of an archive whose only intact bottle is CH0. */
const FIRST = [1, 2, 3].map((value) => [value, undefined]);

describe('an over-long bottle in a tar', () => {
  const padding = (bytes: number): Buffer => Buffer.concat([bottle(), Buffer.alloc(bytes)]);
  /** A tar of two bottles, of which the first has another size in its tar header. */
  const claiming = async (size: number): Promise<Buffer> => {
    const tar = await tarOf([CH1, bottle()], [CH0, bottle()]);
    tar.write(size.toString(8).padStart(11, '0'), 124);
    tar.write('        ', 148);
    const sum = tar.subarray(0, 512).reduce((total, byte) => total + byte);
    tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return tar;
  };
  const SIZES: readonly (readonly [number, string])[] = [
    [600, 'num_pts 3'],
    [20 * 1024 * 1024, 'more bytes'],
    [8 * 1024 ** 3 - 1, 'more bytes'],
  ];

  test.each(SIZES)('a size of %i that is wrong: the next member is found', async (size, found) => {
    for (const data of [await claiming(size), gzipSync(await claiming(size))]) {
      const { rows, report } = await readStdin(data);
      expect(strains(rows)).toEqual(FIRST);
      expect(report.damages).toMatchObject([{ members: [CH1], found }]);
    }
  });

  test('a size that is right, in an archive that may not inflate to it', async () => {
    const tgz = await tgzOf([CH1, padding(2_000_000)], [CH0, bottle()]);
    const limits = { bottleBytes: 100_000, inflatedBytes: 1_000_000, inflatedRatio: 1 };
    const { rows, report } = await readStdin(tgz, { limits });
    expect(strains(rows)).toEqual(FIRST);
    expect(report.damages).toMatchObject([{ members: [CH1], found: 'more bytes' }]);
  });

  test('beyond passedBytes the archive is given up, and says so', async () => {
    const tgz = await tgzOf([CH0, bottle()], [CH1, padding(2_000_000)], ['B0092118200CH2', bottle()]);
    const limits = { bottleBytes: 100_000, inflatedBytes: 1_000_000, inflatedRatio: 1, passedBytes: 500_000 };
    const { rows, report } = await readStdin(await tarOf(['a.tgz', tgz]), { limits });
    expect(strains(rows)).toEqual(FIRST);
    expect(report.damages).toMatchObject([
      { members: ['a.tgz', CH1], found: 'more bytes' },
      { members: ['a.tgz'], expected: expect.stringContaining('at most 1500000') as string },
    ]);
  });
});

describe('limits', () => {
  test('layers', async () => {
    let nested = await tarOf([CH1, bottle()]);
    for (let i = 0; i < 8; i++) nested = await tgzOf(['x.tgz', nested]);
    const { rows, report } = await readStdin(await tarOf(['deep', nested], [CH0, bottle()]));
    expect(strains(rows)).toEqual(FIRST);
    expect(report.damages).toMatchObject([
      { found: 'a further layer', expected: 'at most 16 layers of gzip and tar (limit "depth")' },
    ]);
  });

  test('members', async () => {
    const { rows, report } = await readStdin(await tarOf([CH0, bottle()], [CH1, bottle()]), {
      limits: { members: 1 },
    });
    expect(strains(rows)).toEqual(FIRST);
    expect(report.damages).toMatchObject([
      { members: [], offset: 1024, found: 'a further member', expected: 'at most 1 (limit "members")' },
    ]);
  });

  test('bytes of a bottle', async () => {
    const long = bottle({ samples: new Array<number>(100).fill(7) });
    const { rows, report } = await readStdin(await tarOf([CH1, long], [CH0, bottle()]), {
      limits: { bottleBytes: 400 },
    });
    expect(strains(rows)).toEqual(FIRST);
    expect(report.damages).toMatchObject([
      {
        members: [CH1],
        offset: 400,
        found: 'more bytes',
        expected: 'at most 400 bytes (limit "bottleBytes")',
      },
    ]);
  });

  test('inflatedBytes: only the bomb is lost, its siblings are read', async () => {
    const bomb = gzipSync(Buffer.alloc(2 * 1024 * 1024));
    const { rows, report } = await readStdin(await tarOf(['bomb.tgz', bomb], [CH0, bottle()]), {
      limits: { inflatedBytes: 1024 * 1024 },
    });
    expect(strains(rows)).toEqual(FIRST);
    expect(report.damages).toMatchObject([{ members: ['bomb.tgz'] }]);
  });
});
