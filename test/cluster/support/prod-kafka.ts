/** Kafka of the profile `prod`, as it is synthesized, with requests that fit a machine of tests. */
import { App, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { parseAllDocuments, stringify } from 'yaml';
import { ProdChart } from '../../../charts/index';
import { IMAGES } from '../../../constructs/common/images';
import { NAMES } from '../../../constructs/common/names';
import { hardenedPod } from '../../../constructs/common/pod';
import { BottleSource } from '../../../constructs/index';
import { k8s } from '../../../imports';

/**
 * The claim that the producer reads bottles from; the name of the Job that fills it begins with that, too.
 */
export const BOTTLES = 'bottles';

/** Of `prod`, what a topic and a producer do without. */
const LEFT_OUT: readonly string[] = [
  NAMES.kafkaUi,
  NAMES.flinkJobManager,
  NAMES.flinkTaskManager,
  NAMES.flinkSqlClient,
];

/** What every container asks for; what it may take stays as in `prod`. */
const REQUESTS = { cpu: '20m', memory: '256Mi' };

interface ApiObject {
  readonly kind: string;
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: { readonly template?: { readonly spec: PodSpec } };
}

interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
}

interface Container {
  readonly resources: { requests: object; limits: { cpu: string } };
}

export interface ProdKafkaProps {
  readonly namespace: string;
  /** Options of `strain-producer sample`, for the bottles that are published. */
  readonly sample: readonly string[];
  /** CPU that the producer may take, as Kubernetes writes it: what makes it slow. */
  readonly producerCpu: string;
}

/**
 * Manifests: brokers, controllers, registry, topic and bottles; and the producer, to be applied when these
 * are up.
 */
export function synthesizeProdKafka({ namespace, sample, producerCpu }: ProdKafkaProps): {
  readonly chart: ProdChart;
  readonly kafka: string;
  readonly producer: string;
} {
  const app = new App();
  const imageRegistry = process.env.IMAGE_REGISTRY;
  const chart = new ProdChart(app, 'prod', {
    namespace,
    imageRegistry,
    bottles: BottleSource.claim(BOTTLES),
  });
  addBottles(chart, sample);
  const objects = parseAllDocuments(app.synthYaml())
    .map((document) => document.toJS() as ApiObject)
    .filter((object) => !LEFT_OUT.includes(instanceOf(object) ?? ''));
  for (const container of objects.flatMap(containersOf)) container.resources.requests = REQUESTS;
  const producer = objects.filter((it) => it.kind === 'Job' && instanceOf(it) === NAMES.strainProducer);
  for (const container of producer.flatMap(containersOf)) container.resources.limits.cpu = producerCpu;
  return {
    chart,
    kafka: yamlOf(objects.filter((object) => !producer.includes(object))),
    producer: yamlOf(producer),
  };
}

/** A claim, and a Job that fills it with sample bottles. */
function addBottles(chart: ProdChart, sample: readonly string[]): void {
  new k8s.KubePersistentVolumeClaim(chart, 'bottles', {
    metadata: { name: BOTTLES },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: k8s.Quantity.fromString('1Gi') } },
    },
  });
  const pod = hardenedPod(chart, {
    uid: 1000,
    gracePeriod: Duration.seconds(10),
    restartPolicy: 'Never',
    volumes: [{ name: BOTTLES, persistentVolumeClaim: { claimName: BOTTLES } }],
    containers: [
      {
        name: 'sample',
        image: IMAGES.strainProducer,
        args: ['sample', '/bottles', ...sample],
        resources: {
          cpuRequest: Cpu.millis(50),
          cpuLimit: Cpu.units(1),
          memoryRequest: Size.mebibytes(128),
          memoryLimit: Size.mebibytes(384),
        },
        mounts: [{ name: BOTTLES, mountPath: '/bottles' }],
      },
    ],
  });
  new k8s.KubeJob(chart, 'make-bottles', {
    metadata: { name: `${BOTTLES}-made` },
    spec: { template: { spec: pod } },
  });
}

function instanceOf({ metadata }: ApiObject): string | undefined {
  return metadata.labels?.['app.kubernetes.io/instance'];
}

function containersOf({ spec }: ApiObject): Container[] {
  const pod = spec?.template?.spec;
  return [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])];
}

function yamlOf(objects: readonly ApiObject[]): string {
  return objects.map((object) => stringify(object)).join('---\n');
}
