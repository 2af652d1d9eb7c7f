import type { Chart } from 'cdk8s';
import { Testing } from 'cdk8s';
import { ClassicChart, DevChart, ProdChart } from '../../../charts/index';
import { LAPTOP_LISTENERS } from '../../../charts/laptop';
import type { Service } from '../../../cluster/api';
import { addressesOf, urlOf } from '../../../cluster/forward/addresses';
import { Kafka } from '../../../constructs/index';
import { newChart, synth } from '../../constructs/support';

const servicesOf = (chart: Chart): Service[] =>
  (synth(chart) as unknown as Service[]).filter(({ kind }) => kind === 'Service');
const urls = (chart: Chart) => addressesOf(servicesOf(chart)).map((it) => `${it.name} ${urlOf(it)}`);

const ORIGINAL = [
  'kafka localhost:19092',
  'registry http://localhost:8081',
  'flink http://localhost:8083',
  'topics-ui http://localhost:8093',
  'schema-ui http://localhost:8094',
];

test.each([
  ['dev', () => new DevChart(Testing.app(), 'dev')],
  ['classic', () => new ClassicChart(Testing.app(), 'classic')],
])("%s has the original demo's addresses", (_, chart) => {
  expect(urls(chart())).toEqual(ORIGINAL);
});

test('prod has only pages and REST APIs: its brokers are for pods', () => {
  expect(urls(new ProdChart(Testing.app(), 'prod'))).toEqual([
    'registry http://localhost:8081',
    'flink http://localhost:8083',
    'kafka-ui http://localhost:8080',
  ]);
});

test('each broker has the port that it advertises', () => {
  const chart = newChart();
  new Kafka(chart, 'kafka', { brokers: 3, listeners: LAPTOP_LISTENERS });
  expect(addressesOf(servicesOf(chart))).toEqual(
    [0, 1, 2].map((i) => ({
      name: 'kafka',
      service: `kafka-broker-${i}-host`,
      port: 19092 + i,
      localPort: 19092 + i,
    })),
  );
});

test('every address leads to a port of its Service', () => {
  for (const chart of [new DevChart(Testing.app(), 'dev'), new ProdChart(Testing.app(), 'prod')]) {
    const services = servicesOf(chart);
    for (const { service, port } of addressesOf(services)) {
      const ports = services.find(({ metadata }) => metadata.name === service)?.spec.ports ?? [];
      expect(ports.flatMap((it) => [it.name, it.port])).toContain(port);
    }
  }
});
