import { Kafka } from '../../../constructs/index';

describe('Kafka.fromBootstrapServers', () => {
  test('is a link, with what is not given by default', () => {
    expect(Kafka.fromBootstrapServers(' a.example:9092, b.example:9093')).toMatchObject({
      bootstrapServers: 'a.example:9092,b.example:9093',
      protocol: 'PLAINTEXT',
      brokers: undefined,
      endpoint: { kind: 'external', ports: [9092, 9093] },
    });
  });

  test.each(['', 'kafka', 'kafka:0', 'kafka:99999', 'PLAINTEXT://kafka:9092', 'a:1,,b:2', 'a b:1'])(
    'throws if the servers are %p',
    (servers) => {
      expect(() => Kafka.fromBootstrapServers(servers)).toThrow(
        /^Kafka\.fromBootstrapServers: bootstrapServers is ".*"; allowed: `host:port`, several separated by commas, without a protocol\. Correct ".*", for example kafka-broker:9092\.$/,
      );
    },
  );
});
