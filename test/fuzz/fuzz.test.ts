/** `npm run fuzz` passes for the reader as it is, and finds each fault that a reader could have. */
import { Readable } from 'node:stream';

import { ByteCursor } from '../../producer/archive/cursor';
import { DEFAULT_LIMITS } from '../../producer/archive/limits';
import { Walker } from '../../producer/archive/walk';
import { fieldOf } from '../../producer/bottle/channels';
import { decodeHeader } from '../../producer/bottle/header';
import { decodeSamples } from '../../producer/bottle/samples';
import { FlawError } from '../../producer/damage';
import { readBottles, type ReadBottle } from '../../producer/read';
import { ReadReport } from '../../producer/report';
import { hasCode } from '../../contract/user-error';
import { sourceOf } from '../producer/helpers';
import { loadInputs, runCase, type CaseResult } from './case';
import { FILE } from './judge';
import { readWith, type Reader, type Reading } from './reading';

const SEED = 20_210_701;
const NO_RECORDINGS = '';

/** Cases within which each fault has to be found; the rarest needs some hundred. */
const CASES = 1500;

const inputs = loadInputs(NO_RECORDINGS);
const read = readWith();

/** The first case in which a reader is wrong. */
async function firstFailure(reader: Reader, cases: number): Promise<CaseResult | undefined> {
  for (let number = 0; number < cases; number++) {
    const result = await runCase(SEED, number, inputs, reader);
    if (result.faults.length > 0) return result;
  }
  return undefined;
}

/** The project's reader, whose reading is changed afterwards. */
const changing =
  (change: (reading: Reading) => Reading): Reader =>
  async (bytes, how) =>
    change(await read(bytes, how));

/** Reads bottles without regard to the periods of their names. */
const withoutPeriods: Reader = async (bytes) => {
  const report = new ReadReport();
  const walker = new Walker(report, (damage) => report.add(damage), DEFAULT_LIMITS);
  const bottles: ReadBottle[] = [];
  for await (const found of walker.walk(FILE, new ByteCursor(sourceOf([bytes])))) {
    const { place, name } = found;
    const field = fieldOf(name.session, name.channel);
    try {
      if (!field) throw new FlawError({ offset: 0, found: 'another channel', expected: 'one of a row' });
      const header = decodeHeader(found.bytes);
      const samples = decodeSamples(found.bytes, header);
      bottles.push({ place, bottle: { ...name, ...header, ...samples, field } });
    } catch (error) {
      if (!(error instanceof FlawError)) throw error;
      report.add({ ...place, ...error.flaw });
    }
  }
  return { bottles, rows: undefined, damages: report.damages };
};

/** Reads up to the first damage. */
const givingUp: Reader = async (bytes) => {
  const report = new ReadReport();
  const bottles: ReadBottle[] = [];
  try {
    for await (const bottle of readBottles([FILE], report, { strict: true, stdin: Readable.from([bytes]) }))
      bottles.push(bottle);
  } catch (error) {
    if (!hasCode(error, 'INPUT_DAMAGED')) throw error;
  }
  return { bottles, rows: undefined, damages: report.damages };
};

test('the reader as it is', async () => {
  expect(await firstFailure(read, 300)).toBeUndefined();
}, 60_000);

test('a case depends on the seed and its number alone', async () => {
  const [first, again] = [
    await runCase(SEED, 7, inputs, read),
    await runCase(SEED, 7, loadInputs(NO_RECORDINGS), read),
  ];
  expect(again.input.steps).toEqual(first.input.steps);
  expect(again.bytes.equals(first.bytes)).toBe(true);
});

test.each<[string, Reader, RegExp]>([
  ['gives up at the first damage', givingUp, /is intact and was not read/],
  ['reads gzip data before their check sum', readWith({ heldBytes: 0 }), /values that it does not have/],
  ['does not compare times with the period of the name', withoutPeriods, /values that it does not have/],
  ['reads too few layers', readWith({ depth: 3 }), /is intact and was not read/],
  ['refuses bottles that are not too long', readWith({ bottleBytes: 60 }), /is intact and was not read/],
  ['reports no damage', changing((reading) => ({ ...reading, damages: [] })), /no damage says so/],
  [
    'loses the last bottle',
    changing((reading) => ({ ...reading, bottles: reading.bottles.slice(0, -1) })),
    /is intact and was not read/,
  ],
  [
    'changes a sample',
    changing((reading) => {
      const values = reading.bottles.at(-1)?.bottle.values;
      if (values?.length) values[0]! ^= 1;
      return reading;
    }),
    /values that it does not have/,
  ],
  [
    'loses rows',
    changing((reading) => ({ ...reading, rows: reading.rows?.slice(1) })),
    /values are in no row/,
  ],
  ['throws', () => Promise.reject(new Error('unexpected')), /unexpected/],
])(
  'a reader that %s is found',
  async (_, reader, fault) => {
    expect((await firstFailure(reader, CASES))?.faults).toContainEqual(expect.stringMatching(fault));
  },
  60_000,
);
