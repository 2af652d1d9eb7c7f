import type { Size } from 'cdk8s';
import type { Construct } from 'constructs';
import type { HttpPod } from '../common/http-service';
import type { Resources } from '../common/resources';
import type { CompatibilityLevel } from '../config/registry';
import type { IKafka } from '../kafka/link';

/** What a registry's container is made from. */
export interface RegistrySettings {
  readonly kafka: IKafka;
  readonly port: number;
  readonly image: string;
  readonly compatibility: CompatibilityLevel;
  readonly replicationFactor: number | undefined;
  readonly resources: Required<Resources>;
  readonly heap: Size;
  readonly properties: Readonly<Record<string, string | number | boolean>>;
}

/** A program that serves Confluent's API, and how its image wants to be run. */
export interface RegistryProgram {
  /** Label `app.kubernetes.io/name`. */
  readonly app: string;
  /** Image by default. */
  readonly image: string;
  readonly uid: number;
  readonly gid: number;
  /** Path of Confluent's API. */
  readonly apiPath: string;
  /** Path that is answered with 200 once the schemas are read. */
  readonly readyPath: string;
  /** Whether a replica passes writes on to another. */
  readonly forwardsWrites: boolean;
  /** Whether it sets the replication of its topic; otherwise the default of the brokers applies. */
  readonly setsReplication: boolean;
  /** Property of the topic with the schemas, and its default. Registries of the same Kafka differ in it. */
  readonly topic: readonly [property: string, byDefault: string];
  /**
   * Property of the group that elects a leader, and its default. Registries of the same Kafka differ in it.
   * @default - none: no leader is elected
   */
  readonly group?: readonly [property: string, byDefault: string];
  pod(scope: Construct, settings: RegistrySettings): HttpPod;
}
