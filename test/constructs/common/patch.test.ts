import { ApiObject, JsonPatch } from 'cdk8s';
import { CONFIG_HASH, FlinkSqlJob, FlinkStorage, Kafka, KafkaTopics, patch } from '../../../constructs/index';
import { k8s } from '../../../imports';
import { ofKind } from '../../rules/model';
import { links, newChart, objectOf, synth } from '../support';

function makeKafka() {
  const chart = newChart();
  const kafka = new Kafka(chart, 'kafka', { brokers: 3 });
  const template = () =>
    objectOf<{ spec: { template: k8s.PodTemplateSpec } }>(chart, 'StatefulSet', 'kafka-broker').spec.template;
  const hash = () => template().metadata?.annotations?.[CONFIG_HASH];
  return { chart, kafka, template, hash };
}

const BROKERS = { kind: 'StatefulSet', name: 'kafka-broker' };
const SPEC = '/spec/template/spec';

describe('patch', () => {
  test('sets fields that have no prop, those of newer Kubernetes versions too', () => {
    const { kafka, template } = makeKafka();
    patch(kafka, BROKERS, JsonPatch.add(`${SPEC}/hostAliases`, [{ ip: '192.0.2.1', hostnames: ['db'] }]));
    patch(kafka, BROKERS, JsonPatch.add(`${SPEC}/hostUsers`, false));
    expect(template().spec).toMatchObject({ hostAliases: [{ ip: '192.0.2.1' }], hostUsers: false });
  });

  test('of a ConfigMap rolls the pods that mount it, and no others', () => {
    const { chart, kafka, hash } = makeKafka();
    const controllers = () =>
      objectOf<{ spec: { template: k8s.PodTemplateSpec } }>(chart, 'StatefulSet', 'kafka-controller').spec
        .template;
    const before = [hash(), JSON.stringify(controllers())];
    const config = { kind: 'ConfigMap', name: 'kafka-broker' };
    patch(kafka, config, JsonPatch.replace('/data/log4j2.properties', 'rootLogger.level = warn\n'));
    expect(objectOf(chart, 'ConfigMap', 'kafka-broker')).toMatchObject({
      data: { 'log4j2.properties': 'rootLogger.level = warn\n' },
    });
    expect(hash()).not.toBe(before[0]);
    expect(JSON.stringify(controllers())).toBe(before[1]);
  });

  test("so does a change of the user's own ConfigMap, mounted or projected", () => {
    const hashOf = (text: string, volume: k8s.Volume) => {
      const chart = newChart();
      new k8s.KubeConfigMap(chart, 'rules', { metadata: { name: 'rules' }, data: { 'rules.yaml': text } });
      new Kafka(chart, 'kafka', { pod: { volumes: [volume] } });
      return objectOf<{ spec: { template: k8s.PodTemplateSpec } }>(chart, 'StatefulSet', 'kafka-broker').spec
        .template.metadata?.annotations?.[CONFIG_HASH];
    };
    const volumes: k8s.Volume[] = [
      { name: 'rules', configMap: { name: 'rules' } },
      { name: 'rules', projected: { sources: [{ configMap: { name: 'rules' } }] } },
    ];
    for (const volume of volumes) expect(hashOf('a', volume)).not.toBe(hashOf('b', volume));
  });

  test("so does a patch by cdk8s's own means", () => {
    const { kafka, hash } = makeKafka();
    const before = hash();
    const map = kafka.node
      .findAll()
      .find(
        (it): it is ApiObject =>
          ApiObject.isApiObject(it) && it.name === 'kafka-broker' && it.kind === 'ConfigMap',
      );
    map?.addJsonPatch(JsonPatch.add('/data/extra.properties', 'a=b'));
    expect(hash()).not.toBe(before);
  });

  test('of a Job, or of a ConfigMap that it mounts, gives the Job another name', () => {
    const make = () => {
      const chart = newChart();
      const { topic } = links(chart);
      const topics = new KafkaTopics(chart, 'topics', { kafka: topic.kafka, topics: [{ name: 'rows' }] });
      return { chart, topics };
    };
    const plain = make().topics.jobName;
    const job = make();
    patch(job.topics, { kind: 'Job', name: 'kafka-topics' }, JsonPatch.replace('/spec/backoffLimit', 9));
    const map = make();
    patch(map.topics, { kind: 'ConfigMap' }, JsonPatch.add('/data/more', 'x'));
    const names = [plain, job.topics.jobName, map.topics.jobName];
    expect(new Set(names).size).toBe(3);
    expect(ofKind(synth(job.chart), 'Job')).toMatchObject([
      { metadata: { name: job.topics.jobName }, spec: { backoffLimit: 9 } },
    ]);
  });

  test('of an immutable ConfigMap is refused, as its name follows from its content', () => {
    const chart = newChart();
    const { table } = links(chart);
    const job = new FlinkSqlJob(chart, 'job', {
      application: { storage: FlinkStorage.existingClaim('states') },
      name: 'copy',
      script: 'INSERT INTO blackhole SELECT * FROM rows',
      tables: [table()],
    });
    const [script] = ofKind(synth(chart), 'ConfigMap').filter(({ metadata }) =>
      /-[0-9a-f]{10}$/.test(metadata.name),
    );
    const { name } = script!.metadata;
    expect(() => patch(job, { kind: 'ConfigMap', name }, JsonPatch.add('/data/x', 'y'))).toThrow(
      `test/job: patch is "ConfigMap/${name}"; allowed: objects that can change`,
    );
  });

  test('that does not fit the manifest says which, and where', () => {
    const { chart, kafka } = makeKafka();
    patch(kafka, BROKERS, JsonPatch.replace(`${SPEC}/containers/7/image`, 'example/kafka:1'));
    expect(() => synth(chart)).toThrow(
      'test/kafka: patch of StatefulSet/kafka-broker is "replace /spec/template/spec/containers/7/image"; allowed: paths of the manifest (',
    );
  });

  test.each([
    [{ kind: 'Deployment' }, 'test/kafka: patch is "Deployment"; allowed: one of the construct\'s objects: '],
    [{ kind: 'StatefulSet' }, 'StatefulSet/kafka-controller, '],
    [{ kind: 'StatefulSet', name: 'broker' }, 'Correct the kind or the name.'],
  ])('of %j is refused, as there is none or several', (target, message) => {
    expect(() => patch(makeKafka().kafka, target)).toThrow(message);
  });
});
