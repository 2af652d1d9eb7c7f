import path from 'node:path';
import { PORTS } from '../../contract';
import { ROOT } from '../../cli/root';
import { addresses } from '../../local/settings';
import { localSettings } from '../../local/options';

test('defaults', () => {
  const settings = localSettings({}, {});
  expect(settings.stateDir).toBe(path.join(ROOT, '.local'));
  expect(settings.partsDir).toBe(path.join(ROOT, '.local', 'parts'));
  expect(addresses(settings)).toEqual({
    kafka: `localhost:${PORTS.kafkaHost}`,
    registry: `http://localhost:${PORTS.schemaRegistry}`,
    flink: `http://localhost:${PORTS.flinkUi}`,
    gateway: `http://localhost:${PORTS.flinkSqlGateway}`,
    viewer: `http://localhost:${PORTS.viewer}`,
  });
});

test('an option comes before the environment', () => {
  const env = { LOCAL_STATE_DIR: '/env', LOCAL_PORTS: 'kafka=1111, sql=2222' };
  expect(localSettings({ port: ['kafka=3333'] }, env)).toMatchObject({
    stateDir: '/env',
    ports: { kafka: 3333, sql: 2222, registry: PORTS.schemaRegistry },
  });
  expect(localSettings({ stateDir: '/option' }, env).stateDir).toBe('/option');
});

test.each(['kafka', 'kafka=0', 'kafka=70000', 'kafka=x', 'web=80', '=1'])('throws for %p', (port) => {
  expect(() => localSettings({ port: [port] }, {})).toThrow(
    `port '${port}': expected NAME=PORT with NAME one of kafka, registry, flink, sql, viewer, watch`,
  );
});

test('throws for one port twice', () => {
  expect(() => localSettings({ port: ['kafka=5000', 'sql=5000'] }, {})).toThrow(
    'ports kafka and sql are both 5000',
  );
});
