import { imageName, IMAGES, imageVersion } from '../../../constructs/common/images';
import { Kafka } from '../../../constructs/index';
import { newChart, objectOf } from '../support';

const DIGEST = `sha256:${'0'.repeat(64)}`;

test('an image is used as given when the stack has no registry', () => {
  expect(imageName(newChart(), 'apache/kafka:4.3.1')).toBe('apache/kafka:4.3.1');
});

test.each([
  ['apache/kafka:4.3.1', 'mirror.example.com/all/apache/kafka:4.3.1'],
  ['ghcr.io/kafbat/kafka-ui:v1.3.0', 'mirror.example.com/all/kafbat/kafka-ui:v1.3.0'],
  ['localhost:5000/mine:1', 'mirror.example.com/all/mine:1'],
  ['localhost/mine:1', 'mirror.example.com/all/mine:1'],
  [`flink:2.3.0@${DIGEST}`, `mirror.example.com/all/flink:2.3.0@${DIGEST}`],
])("the stack's registry takes the place of the own one: %s", (image, expected) => {
  expect(imageName(newChart({ imageRegistry: 'mirror.example.com/all/' }), image)).toBe(expected);
});

test.each([
  'apache/kafka',
  'apache/kafka:latest',
  '',
  'Apache/Kafka:1',
  'a b:1',
  'apache/kafka:',
  'host:5000/kafka',
])('throws if the image is %p', (image) => {
  expect(() => imageName(newChart(), image)).toThrow(
    `test: image is ${JSON.stringify(image)}; allowed: an image name with a version, \`repository:tag\` or \`repository@sha256:…\`, not \`latest\`. ` +
      'Name the version, so that a manifest always runs the same program.',
  );
});

test.each([
  ['apache/kafka:4.3.1', '4.3.1'],
  [`apache/kafka@${DIGEST}`, undefined],
  [`a:${'1'.repeat(62)}._x`, '1'.repeat(62)],
])('the version of %s', (image, version) => {
  expect(imageVersion(newChart(), image)).toBe(version);
});

test('every image by default is pinned', () => {
  for (const image of Object.values(IMAGES)) expect(imageName(newChart(), image)).toBe(image);
});

test('a registry that wants an account is given the names of Secrets', () => {
  const chart = newChart({ imagePullSecrets: ['mirror-account'] });
  new Kafka(chart, 'kafka');
  expect(objectOf(chart, 'StatefulSet', 'kafka-broker').spec).toMatchObject({
    template: { spec: { imagePullSecrets: [{ name: 'mirror-account' }] } },
  });
});
