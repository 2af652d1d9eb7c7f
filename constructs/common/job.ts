/** Jobs that can be applied again and again. */
import { JsonPatch, type Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import { k8s } from '../../imports';
import { contentHash } from './hash';
import { mountedConfig } from './mounted-config';
import { podTemplate, type PodTemplateOptions } from './pod';
import type { Workload } from './workload';

export interface HashedJobOptions {
  /** Pod of the Job; its restart policy is `Never`. */
  readonly pod: Omit<PodTemplateOptions, 'restartPolicy'>;
  /** How often a failed pod is retried. */
  readonly retries: number;
  /** How long the finished Job and its log are kept; undefined when it stays. */
  readonly ttl: Duration | undefined;
  /** Other parts of the Job's specification. */
  readonly spec?: Partial<k8s.JobSpec>;
  /**
   * Fields that the typed objects do not know, as they are of an older Kubernetes: by JSON patches of the
   * finished Job.
   */
  readonly newerFields?: readonly JsonPatch[];
}

/** The part of a Job's manifest that gives it its name. */
interface JobJson {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly template: { readonly spec: k8s.PodSpec } };
}

/**
 * A Job named `WORKLOAD-HASH` by its content, the ConfigMaps that it mounts and JSON patches included. A Job
 * cannot be changed once it is there: the same content applied again changes nothing, another content is
 * another Job.
 */
export class HashedJob extends k8s.KubeJob {
  /** Name before the hash. */
  readonly workloadName: string;
  private readonly newerFields: readonly JsonPatch[];

  constructor(scope: Construct, id: string, workload: Workload, options: HashedJobOptions) {
    const { pod, retries, ttl, spec = {}, newerFields = [] } = options;
    const template = podTemplate(scope, workload, { ...pod, restartPolicy: 'Never' });
    super(scope, id, {
      metadata: workload.metadata(),
      spec: { ...spec, backoffLimit: retries, ttlSecondsAfterFinished: ttl?.toSeconds(), template },
    });
    this.workloadName = workload.name;
    this.newerFields = [...newerFields, ...this.sidecarPolicies(template, pod)];
  }

  /** Name with the hash. */
  get jobName(): string {
    return (this.toJson() as JobJson).metadata.name;
  }

  override toJson(): unknown {
    return this.named(JsonPatch.apply(super.toJson(), ...this.newerFields));
  }

  /** The manifest, with the name that its content gives it. */
  named(manifest: unknown): unknown {
    const job = manifest as JobJson;
    const config = mountedConfig(this, job.spec.template.spec);
    const name = `${this.workloadName}-${contentHash([job.spec, config])}`;
    return { ...job, metadata: { ...job.metadata, name } };
  }

  /** With this policy, an init container runs next to the main container, and ends with it. */
  private sidecarPolicies(template: k8s.PodTemplateSpec, { pod }: HashedJobOptions['pod']): JsonPatch[] {
    const count = template.spec?.initContainers?.length ?? 0;
    const sidecars = pod?.sidecars?.length ?? 0;
    return Array.from({ length: sidecars }, (_, i) =>
      JsonPatch.add(`/spec/template/spec/initContainers/${count - sidecars + i}/restartPolicy`, 'Always'),
    );
  }
}
