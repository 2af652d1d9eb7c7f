import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { PORTS } from '../contract';
import { IMAGES } from './common/images';
import { replicaCount, requireInteger } from './common/invalid';
import { NAMES } from './common/names';
import type { Environment } from './common/pod';
import { resolveResources, type Resources } from './common/resources';
import type { PodEndpoint, Workload } from './common/workload';
import type { IKafkaRest } from './kafka-rest';
import { makePage, PAGE_RESOURCES } from './landoop/page';

/** What a user sets on `LandoopTopicsUi`. */
export interface LandoopTopicsUiProps {
  /** The proxy that the page reads topics through. */
  readonly rest: IKafkaRest;
  /**
   * Name of the Deployment and of its Service.
   * @default 'landoop-topics-ui'
   */
  readonly name?: string;
  /**
   * Image of the page.
   * @default 'landoop/kafka-topics-ui:0.9.4'
   */
  readonly image?: string;
  /**
   * Number of pods.
   * @default 1
   */
  readonly replicas?: number;
  /**
   * Bytes of a topic that the page reads at most.
   * @default 50000
   */
  readonly maxBytes?: number;
  /**
   * Time that the page waits for records.
   * @default - 2 seconds
   */
  readonly pollTimeout?: Duration;
  /**
   * CPU and memory of each pod.
   * @default - 10m to 200m CPU, 8Mi to 64Mi of memory
   */
  readonly resources?: Resources;
  /**
   * Port of every node, 30000 to 32767, at which the page answers.
   * @default - in the cluster only
   */
  readonly nodePort?: number;
  /**
   * Environment variables beside the ones that are made from the props.
   * @default - none
   */
  readonly env?: Environment;
}

/** Landoop's page of topics and their records: `landoop-topics-ui:8093`. */
export class LandoopTopicsUi extends Construct {
  /** Address of the page in the cluster. */
  readonly url: string;
  /** What a client's `Workload` connects to. */
  readonly endpoint: PodEndpoint;
  /** The page's pods: labels, selector and links. */
  readonly workload: Workload;
  /** Image of the page. */
  readonly image: string;
  /** Number of pods. */
  readonly replicas: number;
  /** Bytes of a topic that the page reads at most. */
  readonly maxBytes: number;
  /** Time that the page waits for records. */
  readonly pollTimeout: Duration;
  /** CPU and memory of each pod. */
  readonly resources: Required<Resources>;

  constructor(scope: Construct, id: string, props: LandoopTopicsUiProps) {
    super(scope, id);
    this.image = props.image ?? IMAGES.topicsUi;
    this.replicas = replicaCount(this, props.replicas);
    this.maxBytes = props.maxBytes ?? 50_000;
    requireInteger(this, 'maxBytes', this.maxBytes, { min: 1 });
    this.pollTimeout = props.pollTimeout ?? Duration.seconds(2);
    this.resources = resolveResources(this, props.resources, PAGE_RESOURCES);
    const { url, endpoint, workload } = makePage(this, {
      name: props.name ?? NAMES.topicsUi,
      image: this.image,
      replicas: this.replicas,
      port: PORTS.topicsUi,
      nodePort: props.nodePort,
      resources: this.resources,
      backend: props.rest.endpoint,
      env: {
        KAFKA_REST_PROXY_URL: props.rest.url,
        MAX_BYTES: String(this.maxBytes),
        RECORD_POLL_TIMEOUT: String(this.pollTimeout.toMilliseconds()),
      },
      extraEnv: props.env ?? {},
    });
    this.url = url;
    this.endpoint = endpoint;
    this.workload = workload;
  }
}
