import { Construct } from 'constructs';
import { PORTS } from '../contract';
import { IMAGES } from './common/images';
import { invalid, replicaCount } from './common/invalid';
import { NAMES } from './common/names';
import type { Environment } from './common/pod';
import { resolveResources, type Resources } from './common/resources';
import type { PodEndpoint, Workload } from './common/workload';
import type { ISchemaRegistry } from './schema-registry/link';
import { makePage, PAGE_RESOURCES } from './landoop/page';

/** What a user sets on `LandoopSchemaUi`. */
export interface LandoopSchemaUiProps {
  /** The registry that the page shows. */
  readonly registry: ISchemaRegistry;
  /**
   * Name of the Deployment and of its Service.
   * @default 'landoop-schema-ui'
   */
  readonly name?: string;
  /**
   * Image of the page.
   * @default 'landoop/schema-registry-ui:0.9.5'
   */
  readonly image?: string;
  /**
   * Number of pods.
   * @default 1
   */
  readonly replicas?: number;
  /**
   * Takes away what would change schemas.
   * @default false
   */
  readonly readOnly?: boolean;
  /**
   * Lets users change the compatibility level of the whole registry.
   * @default false
   */
  readonly allowGlobalConfig?: boolean;
  /**
   * Offers the transitive compatibility levels.
   * @default true
   */
  readonly allowTransitive?: boolean;
  /**
   * Lets users delete schemas.
   * @default false
   */
  readonly allowDeletion?: boolean;
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

/** Landoop's page of subjects and their schemas: `landoop-schema-ui:8094`. */
export class LandoopSchemaUi extends Construct {
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
  /** Whether what would change schemas is taken away. */
  readonly readOnly: boolean;
  /** Whether users can change the compatibility level of the whole registry. */
  readonly allowGlobalConfig: boolean;
  /** Whether the transitive compatibility levels are offered. */
  readonly allowTransitive: boolean;
  /** Whether users can delete schemas. */
  readonly allowDeletion: boolean;
  /** CPU and memory of each pod. */
  readonly resources: Required<Resources>;

  constructor(scope: Construct, id: string, props: LandoopSchemaUiProps) {
    super(scope, id);
    this.image = props.image ?? IMAGES.schemaUi;
    this.replicas = replicaCount(this, props.replicas);
    this.readOnly = props.readOnly ?? false;
    this.allowGlobalConfig = props.allowGlobalConfig ?? false;
    this.allowTransitive = props.allowTransitive ?? true;
    this.allowDeletion = props.allowDeletion ?? false;
    checkReadOnly(this, this);
    this.resources = resolveResources(this, props.resources, PAGE_RESOURCES);
    const { url, endpoint, workload } = makePage(this, {
      name: props.name ?? NAMES.schemaUi,
      image: this.image,
      replicas: this.replicas,
      port: PORTS.schemaUi,
      nodePort: props.nodePort,
      resources: this.resources,
      backend: props.registry.endpoint,
      env: {
        SCHEMAREGISTRY_URL: props.registry.url,
        READONLY_MODE: String(this.readOnly),
        ALLOW_GLOBAL: String(this.allowGlobalConfig),
        ALLOW_TRANSITIVE: String(this.allowTransitive),
        ALLOW_DELETION: String(this.allowDeletion),
      },
      extraEnv: props.env ?? {},
    });
    this.url = url;
    this.endpoint = endpoint;
    this.workload = workload;
  }
}

/** A page that changes nothing cannot be allowed to. */
function checkReadOnly(scope: Construct, ui: LandoopSchemaUi): void {
  for (const property of ['allowGlobalConfig', 'allowDeletion'] as const) {
    if (!ui.readOnly || !ui[property]) continue;
    invalid(scope, { property, got: true, allowed: 'false with readOnly', fix: 'Leave one of them out.' });
  }
}
