import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  buildImage,
  dockerOf,
  OFFICIAL_IMAGES,
  OWN_IMAGES,
  pushImage,
  type Docker,
} from '../../cluster/images';
import { IMAGES } from '../../constructs/common/images';
import { version } from '../../producer/package.json';

const ROOT = path.join(__dirname, '..', '..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

/** Stands for docker: it keeps the command lines. */
function fakeDocker() {
  const lines: string[] = [];
  const docker: Docker = (...args) => {
    lines.push(args.join(' '));
    return Promise.resolve();
  };
  return { docker, lines };
}

test('an image is built from the root of the clone, under the name that the manifests have, with its version', async () => {
  const { docker, lines } = fakeDocker();
  for (const image of OWN_IMAGES) await buildImage(docker, image);
  expect(lines).toEqual([
    'build --file producer/Dockerfile --tag kafka-flink-cluster/strain-producer:0.1.0 --label org.opencontainers.image.version=0.1.0 .',
    'build --file flink/Dockerfile --tag kafka-flink-cluster/flink:2.3.0 --label org.opencontainers.image.version=2.3.0 .',
  ]);
});

test('an image is pushed under the name that manifests of that registry have', async () => {
  const { docker, lines } = fakeDocker();
  await expect(pushImage(docker, 'ghcr.io/kafbat/kafka-ui:v1.3.0', 'registry.example/strain')).resolves.toBe(
    'registry.example/strain/kafbat/kafka-ui:v1.3.0',
  );
  expect(lines).toEqual([
    'tag ghcr.io/kafbat/kafka-ui:v1.3.0 registry.example/strain/kafbat/kafka-ui:v1.3.0',
    'push registry.example/strain/kafbat/kafka-ui:v1.3.0',
  ]);
});

test('each image of the charts is one of ours or an official one', () => {
  expect([...OWN_IMAGES.map(({ name }) => name), ...OFFICIAL_IMAGES].sort()).toEqual(
    Object.values(IMAGES).sort(),
  );
});

test('the versions in the names are those of the contents', () => {
  expect(IMAGES.strainProducer).toBe(`kafka-flink-cluster/strain-producer:${version}`);
  const [, flink] = /<flink\.version>(.*)<\/flink\.version>/.exec(read('pom.xml')) ?? [];
  expect(IMAGES.flink).toBe(`kafka-flink-cluster/flink:${flink}`);
  expect(read('flink/Dockerfile')).toContain(`\nFROM flink:${flink}-java17\n`);
  expect(read('flink/pom.xml')).toContain(`<flink.version>${flink}</flink.version>`);
});

test.each(OWN_IMAGES)(
  '$dockerfile ends with a numeric user, and pins what it starts from',
  ({ dockerfile }) => {
    const lines = read(dockerfile).split('\n');
    expect(lines.filter((line) => line.startsWith('USER ')).at(-1)).toMatch(/^USER [1-9]\d*:[1-9]\d*$/);
    for (const line of lines.filter((it) => it.startsWith('FROM '))) {
      expect(line).toMatch(/^FROM [a-z]+:\d[\w.-]*( AS \w+)?$/);
    }
  },
);

test('without docker, the error says what to do', async () => {
  await expect(dockerOf('no-such-docker')('build', '.')).rejects.toMatchObject({
    message: "cannot run 'no-such-docker': command not found",
    fix: 'Install Docker, or name a program with its command line: DOCKER=podman npm run images',
  });
});

test('a docker that fails is reported with its command line', async () => {
  await expect(dockerOf('false')('build', '.')).rejects.toThrow("'false build .' ended with exit code 1");
});
