import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { PORTS } from '../contract';
import { existingHttpService, type HttpProgram } from './common/http-service';
import { didYouMean, invalid, requireInteger, type Where } from './common/invalid';
import { JvmHttpService, type JvmHttpServiceProps } from './common/jvm-http-service';
import { NAMES } from './common/names';
import { COMPATIBILITY_LEVELS, type CompatibilityLevel } from './config/registry';
import { isSameCluster, type IKafka } from './kafka/link';
import { apicurio } from './schema-registry/apicurio';
import { confluent } from './schema-registry/confluent';
import type { ISchemaRegistry } from './schema-registry/link';
import type { RegistryProgram } from './schema-registry/program';

/** Programs that serve the same API. */
const PROGRAMS: Readonly<Record<RegistryImplementation, RegistryProgram>> = { confluent, apicurio };

/** Name of a program that is a schema registry. */
export type RegistryImplementation = 'confluent' | 'apicurio';

/** Props of `SchemaRegistry`. */
export interface SchemaRegistryProps extends JvmHttpServiceProps {
  /** Cluster where the registry keeps its schemas. */
  readonly kafka: IKafka;
  /**
   * The program: Confluent's registry, or Apicurio's, which has the same API.
   * @default 'confluent'
   */
  readonly implementation?: RegistryImplementation;
  /**
   * Compatibility level of subjects that have no level of their own.
   * @default 'BACKWARD'
   */
  readonly compatibility?: CompatibilityLevel;
  /**
   * Replication factor of the topic with the schemas. Apicurio's topics use the brokers' default: set it
   * there.
   * @default - 3, or the number of brokers when that is less; 1 when it is not known
   */
  readonly replicationFactor?: number;
  /**
   * Any other property of the program. Properties that other props set are refused.
   * @default - none
   */
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
}

function httpProgram({ image, app, apiPath, readyPath, uid, gid }: RegistryProgram): HttpProgram {
  return {
    name: NAMES.schemaRegistry,
    image,
    resources: {
      cpuRequest: Cpu.millis(100),
      cpuLimit: Cpu.units(1),
      memoryRequest: Size.mebibytes(320),
      memoryLimit: Size.mebibytes(768),
    },
    app,
    component: 'schema-registry',
    container: 'schema-registry',
    port: PORTS.schemaRegistry,
    containerPort: PORTS.schemaRegistry,
    apiPath,
    readyPath,
    startsWithin: Duration.minutes(5),
    gracePeriod: Duration.seconds(30),
    uid,
    gid,
  };
}

/**
 * A schema registry with Confluent's API, at `kafka-schema-registry:8081`. Its default image is
 * `confluentinc/cp-schema-registry:7.9.5` or `apicurio/apicurio-registry:3.0.9`, with 100m to 1 CPU and 320Mi
 * to 768Mi of memory. All replicas answer; with Confluent's program, one writes and the others forward writes
 * to it.
 */
export class SchemaRegistry extends JvmHttpService implements ISchemaRegistry {
  /**
   * A registry that the stack does not make. For Apicurio, add the path of its Confluent API,
   * `/apis/ccompat/v7`.
   */
  static fromUrl(url: string): ISchemaRegistry {
    return existingHttpService('SchemaRegistry.fromUrl', 'Schema registry', url);
  }

  /** The program. */
  readonly implementation: RegistryImplementation;
  /** Cluster where the registry keeps its schemas. */
  readonly kafka: IKafka;
  /** Topic and group, which no other registry of the same Kafka may have. */
  private readonly exclusive: readonly ExclusiveProperty[];
  /** Compatibility level of subjects that have no level of their own. */
  readonly compatibility: CompatibilityLevel;
  /** Replication factor of the topic with the schemas; undefined where the brokers' default applies. */
  readonly replicationFactor: number | undefined;

  constructor(scope: Construct, id: string, props: SchemaRegistryProps) {
    const { kafka, implementation = 'confluent' } = props;
    checkChoice(`${scope.node.path}/${id}`, 'implementation', implementation, Object.keys(PROGRAMS));
    const program = PROGRAMS[implementation];
    super(scope, id, props, httpProgram(program));
    this.implementation = implementation;
    this.compatibility = props.compatibility ?? 'BACKWARD';
    checkChoice(this, 'compatibility', this.compatibility, COMPATIBILITY_LEVELS);
    this.replicationFactor = resolveReplication(this, props, program);
    this.kafka = kafka;
    this.exclusive = exclusiveProperties(program, props);
    this.checkOthers();
    const { image, compatibility, replicationFactor, resources, heap } = this;
    const { properties = {} } = props;
    const settings = { image, compatibility, replicationFactor, resources, heap, kafka, properties };
    this.serve(program.pod(this, { ...settings, port: PORTS.schemaRegistry }));
    this.workload.connectTo(kafka.endpoint);
    if (this.replicas > 1 && program.forwardsWrites) this.workload.connectTo(this.endpoint);
  }

  /**
   * Two registries with one topic would give the same ids to different schemas, and with one group they would
   * elect one leader.
   */
  private checkOthers(): void {
    const others = this.node.root.node
      .findAll()
      .filter((other): other is SchemaRegistry => other instanceof SchemaRegistry && other !== this)
      .filter(({ kafka }) => isSameCluster(kafka, this.kafka));
    for (const { role, property, value } of this.exclusive) {
      const twin = others.find(({ exclusive }) =>
        exclusive.some((it) => it.role === role && it.value === value),
      );
      if (twin === undefined) continue;
      invalid(this, {
        property: `properties['${property}']`,
        got: value,
        allowed: `a ${role} that no other registry of this Kafka has; ${twin.node.path} has this one`,
        fix: 'Use that registry, with more replicas if need be, or set another value for one of them.',
      });
    }
  }
}

interface ExclusiveProperty {
  readonly role: 'topic' | 'group';
  readonly property: string;
  readonly value: string;
}

function exclusiveProperties(
  program: RegistryProgram,
  { properties = {} }: SchemaRegistryProps,
): ExclusiveProperty[] {
  return (['topic', 'group'] as const).flatMap((role) => {
    const [property, byDefault] = program[role] ?? [];
    if (property === undefined) return [];
    return [{ role, property, value: String(properties[property] ?? byDefault) }];
  });
}

function checkChoice(where: Where, property: string, got: string, choices: readonly string[]): void {
  if (choices.includes(got)) return;
  invalid(where, {
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
