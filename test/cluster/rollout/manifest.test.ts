import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App } from 'cdk8s';
import { DevChart } from '../../../charts/index';
import { readWanted } from '../../../cluster/rollout/manifest';

const dir = mkdtempSync(path.join(tmpdir(), 'manifest-'));

function written(text: string): string {
  const file = path.join(dir, 'some.k8s.yaml');
  writeFileSync(file, text);
  return file;
}

test('the objects of a profile that take time to become ready are awaited', () => {
  const app = new App();
  new DevChart(app, 'dev');
  const wanted = readWanted(written(app.synthYaml()));
  expect(wanted).toContainEqual({ kind: 'StatefulSet', name: 'kafka-broker' });
  expect(wanted).toContainEqual({ kind: 'Deployment', name: 'flink-sql-client' });
  expect(wanted.filter(({ kind }) => kind === 'Job')).toHaveLength(2);
});

test('a manifest that does not exist is reported, with the command that writes it', () => {
  expect(() => readWanted('dist/none.k8s.yaml')).toThrow('cannot read dist/none.k8s.yaml: ENOENT');
});

test('throws for a manifest with nothing to wait for', () => {
  expect(() => readWanted(written('kind: ConfigMap\nmetadata: { name: a }\n'))).toThrow(
    'has nothing to wait for',
  );
});
