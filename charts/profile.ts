import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { configureStack, DefaultDeny, type BottleSource, type StackSettings } from '../constructs/index';
import { StackNamespace } from './namespace';

/** What can be set on every profile. */
export interface ProfileProps {
  /** @default - the profile's own: `kafka-flink-dev`, `kafka-flink-classic`, `kafka-flink` */
  readonly namespace?: string;
  /**
   * Registry, with or without a path, that every image is taken from instead of its own.
   * @default - each image's own registry
   */
  readonly imageRegistry?: string;
  /**
   * Class of all volumes.
   * @default - the cluster's default class
   */
  readonly storageClass?: string;
  /**
   * Whether the namespace denies all traffic but that of the stack's links. With `false`, pods of one's own reach every service.
   * @default true
   */
  readonly networkPolicies?: boolean;
  /**
   * Bottle files to publish when the chart is applied.
   * @default - dev and classic: the samples in the producer's image; prod: none, the producer is run when there are some
   */
  readonly bottles?: BottleSource;
}

/** A chart with one namespace of its own, which admits no pod that is not restricted and no traffic but that of its links. */
export abstract class Profile extends Chart {
  protected constructor(
    scope: Construct,
    id: string,
    namespace: string,
    { networkPolicies = true, ...settings }: StackSettings,
  ) {
    super(scope, id, { namespace, disableResourceNameHashes: true });
    configureStack(this, { networkPolicies, ...settings });
    new StackNamespace(this, 'namespace', namespace);
    if (networkPolicies) new DefaultDeny(this, 'default-deny');
  }
}
