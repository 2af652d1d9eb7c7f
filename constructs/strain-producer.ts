import { Duration, JsonPatch } from 'cdk8s';
import { Construct } from 'constructs';
import { EXIT } from '../contract';
import type { k8s } from '../imports';
import { imageName, IMAGES } from './common/images';
import { requireInteger } from './common/invalid';
import { HashedJob } from './common/job';
import { NAMES } from './common/names';
import type { PodOptions } from './common/pod-options';
import { resolveResources, type Resources } from './common/resources';
import { Workload } from './common/workload';
import {
  BOTTLES_PATH,
  checkRowSchemas,
  checkVolumePaths,
  connectProducer,
  PRODUCER_RESOURCES,
  PRODUCER_UID,
  producerContainer,
  type RowLinks,
} from './strain/pod';

/** Where the bottle files come from. Use the functions of `BottleSource` to make one. */
export type BottleSource =
  | {
      /** The sample bottles in the image of the producer. */
      readonly kind: 'samples';
    }
  | {
      /** A volume with an existing claim. */
      readonly kind: 'claim';
      /** Name of the PersistentVolumeClaim. */
      readonly claimName: string;
      /** Files and folders in it. If empty, everything is published. */
      readonly paths: readonly string[];
    }
  | {
      /** The files of an image. */
      readonly kind: 'image';
      /** Name of the image, with its version. */
      readonly image: string;
      /** Files and folders in it. If empty, everything is published. */
      readonly paths: readonly string[];
    };

/** Sources of bottle files. */
export const BottleSource = {
  /** The sample bottles in the image of the producer. */
  samples: (): BottleSource => ({ kind: 'samples' }),
  /**
   * An existing PersistentVolumeClaim, mounted read-only. Publishes `paths` in it, or everything if none is
   * given.
   */
  claim: (claimName: string, ...paths: string[]): BottleSource => ({ kind: 'claim', claimName, paths }),
  /**
   * The files of an image: `paths` in it. Needs Kubernetes 1.33 or later, or 1.31 with the feature gate
   * ImageVolume.
   */
  image: (image: string, ...paths: string[]): BottleSource => ({ kind: 'image', image, paths }),
} as const;

/** Props of `StrainProducer`. */
export interface StrainProducerProps extends RowLinks {
  /**
   * Bottle files to publish.
   * @default BottleSource.samples()
   */
  readonly source?: BottleSource;
  /**
   * Other arguments of `strain-producer produce`.
   * @default - none
   */
  readonly args?: readonly string[];
  /**
   * Number of pods. They divide the input by station, so the rows of each station stay in order. More than
   * one need Kubernetes 1.29.
   * @default 1
   */
  readonly workers?: number;
  /**
   * How long to wait for Kafka and the registry.
   * @default Duration.minutes(5)
   */
  readonly waitsFor?: Duration;
  /**
   * How often a failed worker is retried. Damaged input (exit code 3) and wrong usage (2) are never retried.
   * @default 4
   */
  readonly retries?: number;
  /**
   * How long the finished Job and its log are kept. Once the Job is gone, applying the chart runs it again,
   * and so does a tool that restores deleted objects by itself, such as Argo CD. The producer then skips what
   * is published, unless `args` has `--again` or `--at-least-once`.
   * @default - it stays until it is deleted
   */
  readonly ttl?: Duration;
  /**
   * CPU and memory of each worker.
   * @default - 100m to 1 CPU, 36 to 384 MiB
   */
  readonly resources?: Resources;
  /**
   * Image whose entry point is `strain-producer`.
   * @default 'kafka-flink-cluster/strain-producer:0.1.0'
   */
  readonly image?: string;
  /**
   * Name of the Job, before the hash of its content.
   * @default 'strain-producer'
   */
  readonly name?: string;
  /**
   * Where the pods run, and their labels, service account, variables, volumes and other containers.
   * @default - see `PodOptions`
   */
  readonly pod?: PodOptions;
}

const BOTTLES_VOLUME = 'bottles';

/**
 * A Job that publishes bottle files, each row exactly once, also when a pod is killed. Its name ends with a
 * hash of its content, so it does not run again if it is applied again, and other input makes another Job. A
 * pod that a node drain stopped does not count as a failure.
 */
export class StrainProducer extends Construct {
  /** The Job's pods: labels, selector and links. */
  readonly workload: Workload;
  /** Bottle files to publish. */
  readonly source: BottleSource;
  /** Number of pods that divide the input by station. */
  readonly workers: number;
  /** Image whose entry point is `strain-producer`. */
  readonly image: string;
  /** CPU and memory of each worker. */
  readonly resources: Required<Resources>;
  /** How long to wait for Kafka and the registry. */
  readonly waitsFor: Duration;
  /** How often a failed worker is retried. */
  readonly retries: number;
  /** How long the finished Job and its log are kept; undefined when it stays. */
  readonly ttl: Duration | undefined;
  private readonly job: HashedJob;

  constructor(scope: Construct, id: string, props: StrainProducerProps) {
    super(scope, id);
    this.source = props.source ?? BottleSource.samples();
    this.workers = props.workers ?? 1;
    this.image = props.image ?? IMAGES.strainProducer;
    this.resources = resolveResources(this, props.resources, PRODUCER_RESOURCES);
    this.waitsFor = props.waitsFor ?? Duration.minutes(5);
    this.retries = props.retries ?? 4;
    this.ttl = props.ttl;
    requireInteger(this, 'workers', this.workers, { min: 1, max: 1000 });
    requireInteger(this, 'retries', this.retries, { min: 0 });
    if (this.source.kind !== 'samples') {
      checkVolumePaths(this, 'source.paths', this.source.kind, this.source.paths);
    }
    checkRowSchemas(this, props.schemas);
    this.workload = new Workload(this, 'workload', {
      name: props.name ?? NAMES.strainProducer,
      app: NAMES.strainProducer,
      component: 'producer',
      image: this.image,
    });
    connectProducer(this.workload, props);
    this.job = this.makeJob(props);
  }

  /** Name of the Job, with its hash. */
  get jobName(): string {
    return this.job.jobName;
  }

  private makeJob({ args = [], pod, ...links }: StrainProducerProps): HashedJob {
    const indexed = this.workers > 1;
    const container = producerContainer({
      command: 'produce',
      links,
      image: this.image,
      resources: this.resources,
      waitsFor: this.waitsFor,
      workers: this.workers,
      indexField: "metadata.annotations['batch.kubernetes.io/job-completion-index']",
      args: [...args, ...this.paths()],
      mounts:
        this.source.kind === 'samples'
          ? []
          : [{ name: BOTTLES_VOLUME, mountPath: BOTTLES_PATH, readOnly: true }],
    });
    const description = {
      pod,
      uid: PRODUCER_UID,
      // After SIGTERM the producer commits the rows that it has read.
      gracePeriod: Duration.seconds(60),
      volumes: [links.schemas.volume(), ...this.claimVolumes()],
      containers: [{ ...container, scratch: { tmp: '/tmp' } }],
    };
    return new HashedJob(this, 'job', this.workload, {
      pod: description,
      retries: indexed ? this.retries * this.workers : this.retries,
      ttl: this.ttl,
      spec: {
        ...(indexed
          ? { completionMode: 'Indexed', completions: this.workers, parallelism: this.workers }
          : {}),
        podFailurePolicy: failurePolicy(indexed ? 'FailIndex' : 'FailJob'),
      },
      newerFields: this.newerFields(indexed),
    });
  }

  private newerFields(indexed: boolean): JsonPatch[] {
    const patches = indexed ? [JsonPatch.add('/spec/backoffLimitPerIndex', this.retries)] : [];
    if (this.source.kind !== 'image') return patches;
    const image = { reference: imageName(this, this.source.image), pullPolicy: 'IfNotPresent' };
    return [...patches, JsonPatch.add('/spec/template/spec/volumes/-', { name: BOTTLES_VOLUME, image })];
  }

  private claimVolumes(): k8s.Volume[] {
    if (this.source.kind !== 'claim') return [];
    const { claimName } = this.source;
    return [{ name: BOTTLES_VOLUME, persistentVolumeClaim: { claimName, readOnly: true } }];
  }

  private paths(): string[] {
    if (this.source.kind === 'samples') return [];
    const { paths } = this.source;
    return paths.length === 0 ? [BOTTLES_PATH] : paths.map((path) => `${BOTTLES_PATH}/${path}`);
  }
}

/** Some exit codes fail the Job at once. A pod that a node drain stopped does not count as a failure. */
function failurePolicy(action: 'FailIndex' | 'FailJob'): k8s.PodFailurePolicy {
  const values = [EXIT.usage, EXIT.damaged];
  return {
    rules: [
      { action, onExitCodes: { containerName: 'producer', operator: 'In', values }, onPodConditions: [] },
      { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
    ],
  };
}
