/** The profile `prod` as it is synthesized, with requests that fit a machine of tests. */
import { App, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { parseAllDocuments, stringify } from 'yaml';
import { ProdChart, ProdJobsChart, type ProdChartProps } from '../../../charts/index';
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
const NOT_KAFKA: readonly string[] = [
  NAMES.kafkaUi,
  NAMES.flinkJobManager,
  NAMES.flinkTaskManager,
  NAMES.flinkSqlClient,
  NAMES.strainIngest,
];

/**
 * What every container asks for, except those that watch, which are small. What it may take stays as in
 * `prod`.
 */
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
  readonly resources: { requests: object };
}

export interface ProdProps extends Pick<ProdChartProps, 'flinkStorage' | 'ingest'> {
  readonly namespace: string;
  /** Options of `strain-producer sample`, for the bottles that are published. */
  readonly sample: readonly string[];
}

/** Manifests, in the order in which a small machine can start them. */
export interface ProdManifests {
  readonly chart: ProdChart;
  /** Brokers, controllers, registry, topic and bottles. */
  readonly kafka: string;
  /** All of `prod` but the producer. */
  readonly stack: string;
  readonly producer: string;
  /** The pods that watch, if there are any. */
  readonly ingest: string;
  /** The profile `prod-jobs`. */
  readonly jobs: string;
}

export function synthesizeProd({ sample, ingest, ...props }: ProdProps): ProdManifests {
  const own = { ...props, imageRegistry: process.env.IMAGE_REGISTRY };
  const app = new App();
  const bottles = ingest === undefined ? BottleSource.claim(BOTTLES) : undefined;
  const chart = new ProdChart(app, 'prod', { ...own, bottles, ingest });
  addBottles(chart, sample);
  const jobs = new App();
  new ProdJobsChart(jobs, 'prod-jobs', own);
  const objects = objectsOf(app);
  const producer = objects.filter(isProducer);
  const stack = objects.filter((object) => !producer.includes(object));
  return {
    chart,
    kafka: yamlOf(stack.filter((object) => !NOT_KAFKA.includes(instanceOf(object) ?? ''))),
    stack: yamlOf(stack),
    producer: yamlOf(producer),
    ingest: yamlOf(objects.filter((object) => instanceOf(object) === NAMES.strainIngest)),
    jobs: yamlOf(objectsOf(jobs)),
  };
}

const isProducer = (object: ApiObject): boolean =>
  object.kind === 'Job' && instanceOf(object) === NAMES.strainProducer;

/** Objects of all charts, with requests that fit. */
function objectsOf(app: App): ApiObject[] {
  const objects = parseAllDocuments(app.synthYaml()).map((document) => document.toJS() as ApiObject);
  const others = objects.filter((object) => instanceOf(object) !== NAMES.strainIngest);
  for (const container of others.flatMap(containersOf)) container.resources.requests = REQUESTS;
  return objects;
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
