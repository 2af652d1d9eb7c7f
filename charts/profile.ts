import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  configureStack,
  DefaultDeny,
  type BottleSource,
  type FlinkStorage,
  type StackSettings,
} from '../constructs/index';
import { StackNamespace } from './namespace';

/** Props of every profile. */
export interface ProfileProps {
  /**
   * Namespace of the stack, which the chart creates.
   * @default - `kafka-flink-dev`, `kafka-flink-classic` or `kafka-flink`, depending on the profile
   */
  readonly namespace?: string;
  /**
   * Registry, with or without a path, that all images are pulled from.
   * @default - each image's own registry
   */
  readonly imageRegistry?: string;
  /**
   * Storage class of all volumes.
   * @default - the cluster's default class
   */
  readonly storageClass?: string;
  /**
   * Whether the namespace allows only the traffic of the stack's links. With `false`, your own pods can reach
   * every service.
   * @default true
   */
  readonly networkPolicies?: boolean;
  /**
   * Where Flink keeps checkpoints, savepoints and jobs.
   * @default - dev and classic: a volume of 2 GiB; prod: `s3://kafka-flink/state` in region us-east-1, with
   * the keys `access-key` and `secret-key` of the Secret `flink-s3`
   */
  readonly flinkStorage?: FlinkStorage;
  /**
   * Bottle files to publish when the chart is applied.
   * @default - dev and classic: the samples in the producer's image; prod: none, and no producer
   */
  readonly bottles?: BottleSource;
}

/**
 * A chart that creates its namespace, which admits only restricted pods and only the traffic of the stack's
 * links.
 */
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
