import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import flink from '../../../constructs/known/flink.json';
import kafka from '../../../constructs/known/kafka.json';

const ROOT = join(__dirname, '../../..');
const pom = readFileSync(join(ROOT, 'pom.xml'), 'utf8');
const inPom = (property: string): string => new RegExp(`<${property}>(.*?)</`).exec(pom)?.[1] ?? '';

/** That the lists are what the jars give is shown by `npm run known-options -- --check`. */
test('the lists are of the versions that pom.xml names', () => {
  expect({
    kafka: kafka.version,
    kafkaBefore: kafka.before.version,
    flink: flink.version,
    flinkBefore: flink.before.version,
    connector: flink.kafkaConnector.version,
  }).toEqual({
    kafka: inPom('kafka.version'),
    kafkaBefore: inPom('kafka.before.version'),
    flink: inPom('flink.version'),
    flinkBefore: inPom('flink.before.version'),
    connector: inPom('flink.kafka.version'),
  });
});

test('the lists are sorted, so that a new version shows as a short difference', () => {
  for (const list of [
    kafka.topic,
    kafka.broker,
    flink.options,
    flink.before.renamed,
    flink.kafkaConnector.clients,
  ]) {
    expect(Object.keys(list)).toEqual(Object.keys(list).sort());
  }
});
