/** What is asked of kind, seen by programs that stand for it on PATH: the real one needs Docker. */
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Testing } from 'cdk8s';
import { parse } from 'yaml';
import { DevChart } from '../../../charts/index';
import type { Service } from '../../../cluster/api';
import { dockerOf } from '../../../cluster/images';
import { hasCluster, isDocker, loadImages, makeCluster, removeCluster } from '../../../cluster/kind/kind';
import { addressesOf } from '../../../cluster/forward/addresses';
import { synth } from '../../constructs/support';

const PATH = process.env.PATH ?? '';
let dir = '';

/** Puts a program on PATH that writes its command line down and runs a line of shell. */
function fake(name: string, script: string): void {
  const file = path.join(dir, name);
  writeFileSync(file, `#!/bin/sh\necho "${name} $*" >> "${dir}/log"\n${script}\n`);
  chmodSync(file, 0o755);
}

/** A kind that has these clusters. */
function fakeKind(...clusters: string[]): void {
  fake('kind', `if [ "$1 $2" = "get clusters" ]; then printf '${clusters.join('\\n')}\\n'; fi`);
}

/** What was run, without the folder of an archive. */
function commands(): string[] {
  const lines = readFileSync(path.join(dir, 'log'), 'utf8').trim().split('\n');
  return lines.map((line) => line.replace(/\S+\/image\.tar/, 'FOLDER/image.tar'));
}

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'kind-'));
  process.env.PATH = `${dir}:${PATH}`;
});

afterAll(() => {
  process.env.PATH = PATH;
});

test('fake kind: a cluster that does not exist is created from kind.yaml', async () => {
  fakeKind('another', 'kafka-flink-2');
  expect(await makeCluster()).toBe(true);
  expect(commands()).toEqual([
    'kind get clusters',
    'kind create cluster --name kafka-flink --config kind.yaml --wait 180s',
  ]);
});

test('fake kind: an existing cluster is used', async () => {
  fakeKind('another', 'kafka-flink');
  expect(await makeCluster()).toBe(false);
  expect(commands()).toEqual(['kind get clusters', 'kind export kubeconfig --name kafka-flink']);
});

test('fake kind: an existing cluster is removed', async () => {
  fakeKind('kafka-flink');
  expect(await removeCluster()).toBe(true);
  fakeKind('another');
  expect(await removeCluster()).toBe(false);
  expect(commands()).toEqual([
    'kind get clusters',
    'kind delete cluster --name kafka-flink',
    'kind get clusters',
  ]);
});

test('fake kind: images of docker are loaded by their names', async () => {
  fakeKind('kafka-flink');
  await loadImages(dockerOf('docker'), true, ['a/one:1', 'a/two:2']);
  expect(commands()).toEqual(['kind load docker-image a/one:1 a/two:2 --name kafka-flink']);
});

test('fake kind: images of podman are loaded from archives, under the names that the node looks for', async () => {
  fakeKind('kafka-flink');
  fake('podman', '[ "$1" = save ] && : > "$3"; exit 0');
  await loadImages(dockerOf('podman'), false, ['a/one:1', 'a/two:2']);
  expect(commands()).toEqual(
    ['a/one:1', 'a/two:2'].flatMap((name) => [
      `podman tag ${name} docker.io/${name}`,
      `podman save --output FOLDER/image.tar docker.io/${name}`,
      'kind load image-archive FOLDER/image.tar --name kafka-flink',
    ]),
  );
});

test('fake kind: a failing command is reported with its command line', async () => {
  fake('kind', '[ "$1 $2" = "get clusters" ] && exit 0; exit 4');
  await expect(makeCluster()).rejects.toThrow(
    "'kind create cluster --name kafka-flink --config kind.yaml --wait 180s' ended with exit code 4",
  );
});

test('without kind, the error says what to install', async () => {
  process.env.PATH = dir;
  await expect(hasCluster()).rejects.toMatchObject({
    message: "cannot run 'kind': command not found",
    fix: 'Install it (https://kind.sigs.k8s.io, v0.30.0 or later) so that it is found on PATH.',
  });
});

test('podman under the name of docker is recognized', async () => {
  fake('docker', 'echo "podman version 5.4.2"');
  expect(await isDocker('docker')).toBe(false);
  fake('docker', 'echo "Docker version 28.0.1, build 068a01e"');
  expect(await isDocker('docker')).toBe(true);
});

interface KindConfig {
  nodes: { extraPortMappings: { hostPort: number; containerPort: number }[] }[];
}

test('kind.yaml maps the NodePorts of the chart to the documented addresses', () => {
  const services = (synth(new DevChart(Testing.app(), 'dev')) as unknown as Service[]).filter(
    ({ kind }) => kind === 'Service',
  );
  const nodePorts = services
    .flatMap(({ spec }) => spec.ports)
    .flatMap(({ nodePort }) => (nodePort === undefined ? [] : [nodePort]));
  const config = parse(readFileSync(path.join(__dirname, '../../../kind.yaml'), 'utf8')) as KindConfig;
  const mappings = config.nodes.flatMap((node) => node.extraPortMappings);
  expect(mappings.map(({ containerPort }) => containerPort).sort()).toEqual(nodePorts.sort());
  expect(mappings.map(({ hostPort }) => hostPort).sort()).toEqual(
    addressesOf(services)
      .map(({ localPort }) => localPort)
      .sort(),
  );
});
