import { partitionOf } from '../../../producer/publish/partition';

/** Keys and their murmur2, from UtilsTest of Kafka's Java client. */
const MURMUR2: readonly [key: string, hash: number][] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
];

test.each(MURMUR2)('%s goes where the Java client puts it', (key, hash) => {
  for (const partitions of [1, 4, 7, 1000]) {
    expect(partitionOf(Buffer.from(key), partitions)).toBe((hash & 0x7fffffff) % partitions);
  }
});
