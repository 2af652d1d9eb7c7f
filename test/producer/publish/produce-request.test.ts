import { PRODUCE, produceBody, readProduceResponse } from '../../../producer/publish/produce-request';
import { requestHeader } from '../../../producer/publish/request-header';

test('a request is, byte for byte, what the protocol guide says', () => {
  const batch = Buffer.from('batch');
  const body = [produceBody({ topic: 'rows', partition: 3, timeout: 30_000 }, batch.length), batch];
  expect(
    Buffer.concat([requestHeader(PRODUCE, { correlationId: 7, clientId: 'me', body }), ...body]).toString(
      'hex',
    ),
  ).toBe(
    [
      '0000002f', // 47 bytes follow
      '00000007', // Produce, version 7
      '00000007', // correlation id
      '00026d65', // client id
      'ffff', // no transactional id
      'ffff', // acks=all
      '00007530', // timeout
      '00000001', // one topic
      '0004726f7773', // its name
      '00000001', // one partition
      '00000003', // its number
      '00000005', // bytes of the batch
      batch.toString('hex'),
    ].join(''),
  );
});

/** A response for the partition 3 of the topic `rows`. */
function response(errorCode: string, throttleTime: string): Buffer {
  return Buffer.from(
    `000000010004726f7773${'00000001'}00000003${errorCode}${'00000000000000ff'.repeat(3)}${throttleTime}`,
    'hex',
  );
}

test('a response gives the error code and the throttle time', () => {
  expect(readProduceResponse(response('0000', '00000000'))).toEqual({ errorCode: 0, throttleTime: 0 });
  expect(readProduceResponse(response('002e', '000003e8'))).toEqual({ errorCode: 46, throttleTime: 1000 });
});

test('a response of another length is refused', () => {
  expect(() => readProduceResponse(response('0000', '00'))).toThrow(/has 45 bytes, expected 48/);
  expect(() => readProduceResponse(Buffer.alloc(0))).toThrow(/has 0 bytes/);
});
