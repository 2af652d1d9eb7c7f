import { Duration, Size } from 'cdk8s';
import { Construct } from 'constructs';
import { PORTS } from '../contract';
import { k8s } from '../imports';
import { IMAGES } from './common/images';
import { requireInteger } from './common/invalid';
import { NAMES } from './common/names';
import type { PodOptions } from './common/pod-options';
import { httpCheck, livenessProbe, readinessProbe, startupProbe } from './common/probes';
import { formatSize, resolveResources, type Resources } from './common/resources';
import { StatefulServer } from './common/stateful-server';
import type { Workload } from './common/workload';
import { type IngestSource, resolveSources } from './strain/ingest-source';
import {
  checkRowSchemas,
  connectProducer,
  PRODUCER_RESOURCES,
  PRODUCER_UID,
  producerContainer,
  type RowLinks,
} from './strain/pod';

/** Props of `StrainIngest`. */
export interface StrainIngestProps extends RowLinks {
  /** Where archives appear. A station must not be in the sources of two StrainIngests. */
  readonly sources: readonly IngestSource[];
  /**
   * Other arguments of `strain-producer watch`.
   * @default - none
   */
  readonly args?: readonly string[];
  /**
   * Number of pods. They divide the stations. To change it, apply the chart with another number: the pods are
   * replaced one by one, and each row is still published once. `kubectl scale` does not tell the pods.
   * @default 1
   */
  readonly workers?: number;
  /**
   * How long to wait for Kafka and the registry before the container is restarted.
   * @default Duration.minutes(5)
   */
  readonly waitsFor?: Duration;
  /**
   * Size of the volume for downloads: up to 16 archives of a server are there at a time, until their rows
   * are committed.
   * @default Size.gibibytes(1)
   */
  readonly temporaryStorage?: Size;
  /**
   * CPU and memory of each pod.
   * @default - 100m to 1 CPU, 72 to 384 MiB
   */
  readonly resources?: Resources;
  /**
   * Image whose entry point is `strain-producer`.
   * @default 'kafka-flink-cluster/strain-producer:0.1.0'
   */
  readonly image?: string;
  /**
   * Name of the StatefulSet.
   * @default 'strain-ingest'
   */
  readonly name?: string;
  /**
   * Where the pods run, and their labels, service account, variables, volumes and other containers.
   * @default - see `PodOptions`
   */
  readonly pod?: PodOptions;
}

const TEMPORARY_VOLUME = 'tmp';

/**
 * Pods that publish archives as they appear, each row exactly once, also when pods are killed or their number
 * changes. When two have the same station for a while, the one that began to publish last takes it over, and
 * the other one ends. Each pod serves `/healthz`, `/readyz` and, for Prometheus, `/metrics` at port 9400.
 */
export class StrainIngest extends Construct {
  /** The pods: labels, selector and links. */
  readonly workload: Workload;
  /** Where archives appear. */
  readonly sources: readonly IngestSource[];
  /** Number of pods that divide the stations. */
  readonly workers: number;
  /** Image whose entry point is `strain-producer`. */
  readonly image: string;
  /** CPU and memory of each pod. */
  readonly resources: Required<Resources>;
  /** How long to wait for Kafka and the registry. */
  readonly waitsFor: Duration;
  /** Room for archives that are downloaded. */
  readonly temporaryStorage: Size;

  constructor(scope: Construct, id: string, props: StrainIngestProps) {
    super(scope, id);
    this.sources = props.sources;
    this.workers = props.workers ?? 1;
    this.image = props.image ?? IMAGES.strainProducer;
    this.resources = resolveResources(this, props.resources, {
      ...PRODUCER_RESOURCES,
      memoryRequest: Size.mebibytes(72),
    });
    this.waitsFor = props.waitsFor ?? Duration.minutes(5);
    this.temporaryStorage = props.temporaryStorage ?? Size.gibibytes(1);
    requireInteger(this, 'workers', this.workers, { min: 1, max: 1000 });
    checkRowSchemas(this, props.schemas);
    this.workload = this.makePods(props);
  }

  private makePods({ args = [], pod, name = NAMES.strainIngest, ...links }: StrainIngestProps): Workload {
    const sources = resolveSources(this, this.sources);
    const alive = httpCheck('/healthz', 'http');
    const { workload } = new StatefulServer(this, 'server', {
      name,
      app: NAMES.strainIngest,
      component: 'producer',
      image: this.image,
      replicas: this.workers,
      uid: PRODUCER_UID,
      // After SIGTERM the program commits the rows that it has read.
      gracePeriod: Duration.seconds(60),
      volumes: [
        links.schemas.volume(),
        ...sources.volumes,
        {
          name: TEMPORARY_VOLUME,
          emptyDir: { sizeLimit: k8s.Quantity.fromString(formatSize(this.temporaryStorage)) },
        },
      ],
      pod,
      container: {
        ...producerContainer({
          command: 'watch',
          links,
          image: this.image,
          resources: this.resources,
          waitsFor: this.waitsFor,
          workers: this.workers,
          indexField: "metadata.labels['apps.kubernetes.io/pod-index']",
          args: ['--listen', `0.0.0.0:${PORTS.watch}`, ...args, ...sources.addresses],
          env: sources.env,
          mounts: [...sources.mounts, { name: TEMPORARY_VOLUME, mountPath: '/tmp' }],
        }),
        ports: { http: PORTS.watch },
        startupProbe: startupProbe(alive, Duration.minutes(2)),
        // Not whether it has caught up: with months to publish, a rollout would stop at the first pod.
        readinessProbe: readinessProbe(httpCheck('/readyz/kafka', 'http')),
        livenessProbe: livenessProbe(alive),
      },
    });
    connectProducer(workload, links);
    for (const endpoint of sources.endpoints) workload.connectTo(endpoint);
    workload.exposeMetrics(PORTS.watch);
    return workload;
  }
}
