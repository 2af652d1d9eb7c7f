import { batchHeader, sequenceAfter } from '../../../producer/records/record-batch';

test('a header is, byte for byte, what the protocol guide says', () => {
  const header = batchHeader({
    records: Buffer.from('0123456789'),
    count: 3,
    codec: 1,
    timestamp: 0x017f_0000_0001,
    producer: { id: 0x0102030405060708n, epoch: 9 },
    sequence: 2 ** 31 - 1,
  });
  expect(header.toString('hex')).toBe(
    [
      '0000000000000000', // offset of the first record
      '0000003b', // 49 bytes of header after this field, and 10 of records
      'ffffffff', // epoch of the leader
      '02', // version
      header.subarray(17, 21).toString('hex'), // CRC, checked by every broker
      '0001', // attributes: gzip
      '00000002', // last offset
      '0000017f00000001', // first timestamp
      '0000017f00000001', // largest timestamp
      '0102030405060708', // producer id
      '0009', // producer epoch
      '7fffffff', // sequence number
      '00000003', // records
    ].join(''),
  );
});

test.each([
  [0, 5, 5],
  [2 ** 31 - 2, 1, 2 ** 31 - 1],
  [2 ** 31 - 1, 1, 0],
  [2 ** 31 - 3, 5, 2],
])('sequence numbers wrap to 0 after 2^31 - 1: %i + %i is %i', (sequence, count, next) => {
  expect(sequenceAfter(sequence, count)).toBe(next);
});
