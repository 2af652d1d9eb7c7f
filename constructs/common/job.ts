/** Jobs that can be applied again and again. */
import { JsonPatch, type Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import { k8s } from '../../imports';
import { contentHash } from './hash';
import type { Workload } from './workload';

export interface HashedJobOptions {
  /** Pod of the Job; its restart policy has to be `Never`. */
  readonly pod: k8s.PodSpec;
  /** How often a failed pod is retried. */
  readonly retries: number;
  /** How long the finished Job and its log are kept; undefined when it stays. */
  readonly ttl: Duration | undefined;
  /** Other parts of the Job's specification. */
  readonly spec?: Partial<k8s.JobSpec>;
  /**
   * What the Job's result depends on in addition to its own specification, such as the content of ConfigMaps
   * and patches.
   */
  readonly content?: unknown;
  /**
   * Fields that the typed objects do not know, as they are of an older Kubernetes: by JSON patches of the
   * finished Job.
   */
  readonly newerFields?: readonly JsonPatch[];
}

/** The typed objects leave out what they do not know, patches of it too: these are applied after them. */
class PatchedJob extends k8s.KubeJob {
  constructor(
    scope: Construct,
    id: string,
    props: k8s.KubeJobProps,
    private readonly newerFields: readonly JsonPatch[],
  ) {
    super(scope, id, props);
  }

  override toJson(): unknown {
    return JsonPatch.apply(super.toJson(), ...this.newerFields);
  }
}

/**
 * A Job named `WORKLOAD-HASH` by its content. A Job cannot be changed once it is there: the same content
 * applied again changes nothing, another content is another Job.
 */
export function hashedJob(scope: Construct, workload: Workload, options: HashedJobOptions): k8s.KubeJob {
  const { pod, retries, ttl, spec = {}, content, newerFields = [] } = options;
  const whole: k8s.JobSpec = {
    ...spec,
    backoffLimit: retries,
    ttlSecondsAfterFinished: ttl?.toSeconds(),
    template: { metadata: workload.podMetadata(content), spec: pod },
  };
  const metadata = workload.metadata(`${workload.name}-${contentHash([whole, content])}`);
  return new PatchedJob(scope, 'job', { metadata, spec: whole }, newerFields);
}
