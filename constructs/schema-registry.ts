import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { PORTS } from '../contract';
import { didYouMean, invalid, replicaCount, requireInteger } from './common/invalid';
import { existingHttpService, HttpService } from './common/http-service';
import { mergeEnvironment } from './common/environment';
import { NAMES } from './common/names';
import type { Environment } from './common/pod';
import { resolveHeap, resolveResources, type Resources } from './common/resources';
import type { Endpoint, Workload } from './common/workload';
import { COMPATIBILITY_LEVELS, type CompatibilityLevel } from './config/registry';
import type { IKafka } from './kafka/link';
import { apicurio } from './schema-registry/apicurio';
import { confluent } from './schema-registry/confluent';
import type { RegistryProgram, RegistrySettings } from './schema-registry/program';
import type { ISchemaRegistry } from './schema-registry/link';

/** Programs that serve the same API. */
const PROGRAMS: Readonly<Record<RegistryImplementation, RegistryProgram>> = { confluent, apicurio };

/** Name of a program that is a schema registry. */
export type RegistryImplementation = 'confluent' | 'apicurio';

/** What a user sets on `SchemaRegistry`. */
export interface SchemaRegistryProps {
  /** Where the registry keeps its schemas. */
  readonly kafka: IKafka;
  /**
   * The program: Confluent's registry, or Apicurio's, which speaks the same API.
   * @default 'confluent'
   */
  readonly implementation?: RegistryImplementation;
  /**
   * Name of the Deployment and of its Service.
   * @default 'kafka-schema-registry'
   */
  readonly name?: string;
  /**
   * Image of the program that `implementation` names.
   * @default - 'confluentinc/cp-schema-registry:7.9.5' or 'apicurio/apicurio-registry:3.0.9'
   */
  readonly image?: string;
  /**
   * Number of pods. All answer; with Confluent's registry one writes, and the others pass writes on to it.
   * @default 1
   */
  readonly replicas?: number;
  /**
   * What a new version of a schema has to keep to, unless its subject says else.
   * @default 'BACKWARD'
   */
  readonly compatibility?: CompatibilityLevel;
  /**
   * Replicas of the topic with the schemas. Apicurio's topics have what is the brokers' default: set it there.
   * @default - 3, or the number of brokers when that is less; 1 when it is not known
   */
  readonly replicationFactor?: number;
  /**
   * CPU and memory of each pod.
   * @default - 100m to 1 CPU, 320Mi to 768Mi of memory
   */
  readonly resources?: Resources;
  /**
   * Heap of the registry's JVM.
   * @default - half of the memory limit
   */
  readonly heap?: Size;
  /**
   * Port of every node, 30000 to 32767, at which the registry answers.
   * @default - in the cluster only
   */
  readonly nodePort?: number;
  /**
   * Any other property of the program. One that other props make is refused.
   * @default - none
   */
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
  /**
   * Environment variables beside the ones that are made from the props, for example of a Secret's keys.
   * @default - none
   */
  readonly env?: Environment;
}

/** A schema registry with Confluent's API: `kafka-schema-registry:8081`. */
export class SchemaRegistry extends Construct implements ISchemaRegistry {
  /** A registry that the stack does not make; for Apicurio with the path of its Confluent API, `/apis/ccompat/v7`. */
  static fromUrl(url: string): ISchemaRegistry {
    return existingHttpService('SchemaRegistry.fromUrl', 'Schema registry', url);
  }

  readonly url: string;
  readonly endpoint: Endpoint;
  /** The registry's pods: labels, selector and links. */
  readonly workload: Workload;
  /** The program. */
  readonly implementation: RegistryImplementation;
  /** Image of the program. */
  readonly image: string;
  /** Number of pods. */
  readonly replicas: number;
  /** What a new version of a schema has to keep to, unless its subject says else. */
  readonly compatibility: CompatibilityLevel;
  /** Undefined where the brokers' default holds. */
  readonly replicationFactor: number | undefined;
  /** CPU and memory of each pod. */
  readonly resources: Required<Resources>;
  /** Heap of the registry's JVM. */
  readonly heap: Size;

  constructor(scope: Construct, id: string, props: SchemaRegistryProps) {
    super(scope, id);
    this.implementation = props.implementation ?? 'confluent';
    checkChoice(this, 'implementation', this.implementation, Object.keys(PROGRAMS));
    const program = PROGRAMS[this.implementation];
    this.image = props.image ?? program.image;
    this.replicas = replicaCount(this, props.replicas);
    this.compatibility = props.compatibility ?? 'BACKWARD';
    checkChoice(this, 'compatibility', this.compatibility, COMPATIBILITY_LEVELS);
    this.replicationFactor = resolveReplication(this, props, program);
    this.resources = resolveResources(this, props.resources, {
      cpuRequest: Cpu.millis(100),
      cpuLimit: Cpu.units(1),
      memoryRequest: Size.mebibytes(320),
      memoryLimit: Size.mebibytes(768),
    });
    this.heap = resolveHeap(this, props.heap, this.resources.memoryLimit);
    const server = this.makeServer(props, program);
    this.workload = server.workload;
    this.endpoint = server.endpoint;
    this.url = `${server.url}${program.apiPath}`;
    this.workload.connectTo(props.kafka.endpoint);
    // Only one replica writes: the others pass writes on to it.
    if (this.replicas > 1 && program.forwardsWrites) this.workload.connectTo(this.endpoint);
  }

  private makeServer(props: SchemaRegistryProps, program: RegistryProgram): HttpService {
    const settings: RegistrySettings = {
      kafka: props.kafka,
      port: PORTS.schemaRegistry,
      image: this.image,
      compatibility: this.compatibility,
      replicationFactor: this.replicationFactor,
      resources: this.resources,
      heap: this.heap,
      properties: props.properties ?? {},
    };
    const { env, scratch, initContainers } = program.pod(this, settings);
    return new HttpService(this, 'server', {
      name: props.name ?? NAMES.schemaRegistry,
      app: program.app,
      component: 'schema-registry',
      image: this.image,
      replicas: this.replicas,
      port: PORTS.schemaRegistry,
      containerPort: PORTS.schemaRegistry,
      readyPath: program.readyPath,
      startsWithin: Duration.minutes(5),
      nodePort: props.nodePort,
      uid: program.uid,
      gid: program.gid,
      gracePeriod: Duration.seconds(30),
      initContainers,
      container: {
        name: 'schema-registry',
        env: mergeEnvironment(this, env, props.env ?? {}),
        resources: this.resources,
        scratch,
      },
    });
  }
}

function checkChoice(scope: Construct, property: string, got: string, choices: readonly string[]): void {
  if (choices.includes(got)) return;
  invalid(scope, {
    property,
    got,
    allowed: choices.join(', '),
    fix: `Choose one of these.${didYouMean(got, choices)}`,
  });
}

function resolveReplication(
  scope: Construct,
  { replicationFactor, kafka: { brokers } }: SchemaRegistryProps,
  { app, setsReplication }: RegistryProgram,
): number | undefined {
  if (!setsReplication) {
    if (replicationFactor === undefined) return undefined;
    invalid(scope, {
      property: 'replicationFactor',
      got: replicationFactor,
      allowed: `nothing with ${app}, whose topics have the brokers' default`,
      fix: 'Leave it out, and set `replicationFactor` of Kafka.',
    });
  }
  if (replicationFactor === undefined) return Math.min(3, brokers ?? 1);
  requireInteger(scope, 'replicationFactor', replicationFactor, { min: 1, max: brokers });
  return replicationFactor;
}
