import { Duration, Size } from 'cdk8s';
import { Construct } from 'constructs';
import { contentHash } from '../common/hash';
import { isSameNamespace } from '../common/namespace';
import { IMAGES } from '../common/images';
import { invalid } from '../common/invalid';
import type { PodOptions } from '../common/pod-options';
import type { Endpoint } from '../common/workload';
import type { FlinkConfig } from '../config/flink';
import { HighAvailabilityAccess } from './access';
import { ApplicationStart, type Program } from './application-start';
import { checkFlinkOptions, flinkPodsConfig, withOptions } from './config';
import type { SavepointPolicy } from './job';
import { JobManager, type JobManagerOptions } from './job-manager';
import type { JobManagerMemory } from './memory';
import { FLINK_PORTS } from './ports';
import { podsOf } from './process';
import { resolveFlinkStorage, type FlinkStorage, type ResolvedFlinkStorage } from './storage';
import { ADAPTIVE_SCHEDULER, TaskManager, type TaskManagerOptions } from './task-manager';

/** Options of a job's own JobManager and TaskManagers. */
export interface FlinkApplicationOptions {
  /**
   * Where all pods of the job keep checkpoints, savepoints and the job itself: a bucket, or a volume that
   * they share. Several jobs can share it, because each has its own folder.
   */
  readonly storage: FlinkStorage;
  /**
   * The JobManager: memory, resources and node port. There is one. If it fails, Kubernetes restarts it and it
   * resumes its job.
   * @default - see `JobManagerOptions`, but 1 GiB of memory, because it compiles the script
   */
  readonly jobManager?: Omit<JobManagerOptions, 'replicas'>;
  /**
   * The TaskManagers: number, task slots, memory and resources.
   * @default - one with two task slots, see `TaskManagerOptions`
   */
  readonly taskManager?: TaskManagerOptions;
  /**
   * Where all pods run, and their labels, service account, variables, volumes and other containers.
   * `jobManager.pod` and `taskManager.pod` add to it.
   * @default - see `PodOptions`
   */
  readonly pod?: PodOptions;
  /**
   * Time between checkpoints, unless the script sets its own.
   * @default Duration.seconds(10)
   */
  readonly checkpointInterval?: Duration;
  /**
   * Where tasks keep their state: on the heap, or in RocksDB on the pod's disk.
   * @default 'hashmap'
   */
  readonly stateBackend?: 'hashmap' | 'rocksdb';
  /**
   * Any other option of Flink's `config.yaml`. Options that follow from other props are rejected.
   * @default - none
   */
  readonly flinkOptions?: Readonly<Record<string, string | number | boolean>>;
  /**
   * Image of every pod. It must have Flink in `/opt/flink`, with `generations.jar` of the default image in
   * `lib`, so base it on that one.
   * @default 'kafka-flink-cluster/flink:2.3.0'
   */
  readonly image?: string;
}

/** By Flink's defaults, this gives 448 MiB of heap, and 256 MiB of metaspace for the planner. */
const JOB_MANAGER_MEMORY: JobManagerMemory = { process: Size.gibibytes(1) };

/** Props of `FlinkApplication`, from `FlinkSqlJob` and `FlinkJarJob`. */
export interface FlinkApplicationProps extends FlinkApplicationOptions {
  readonly job: string;
  /** Prefix of the names of all objects. */
  readonly name: string;
  readonly program: Program;
  readonly parallelism: number | undefined;
  readonly savepointPolicy: SavepointPolicy;
  /** Services that the program connects to. */
  readonly services: Readonly<Record<'jobManager' | 'taskManager', readonly Endpoint[]>>;
}

/**
 * Flink in application mode: the JobManager runs one script or jar, the TaskManagers run its tasks, and no
 * other job can be submitted.
 */
export class FlinkApplication extends Construct {
  /** Image of every pod. */
  readonly image: string;
  /** Time between checkpoints, unless the script sets its own. */
  readonly checkpointInterval: Duration;
  /** Where tasks keep their state. */
  readonly stateBackend: 'hashmap' | 'rocksdb';
  /** Deployment, Service and configuration of the JobManager. */
  readonly jobManager: JobManager;
  /** Deployment and configuration of the TaskManagers. */
  readonly taskManager: TaskManager;
  /** Name of the job. */
  readonly job: string;
  /** Address of the job's folder on the storage. */
  readonly stateFolder: string;
  /** Hash of everything that makes a new generation of the job: script or jar, policy, image, options. */
  readonly content: string;
  /** Address of the REST API and dashboard. */
  readonly restUrl: string;

  /** @internal Made by `FlinkSqlJob` and `FlinkJarJob`. */
  constructor(scope: Construct, id: string, props: FlinkApplicationProps) {
    super(scope, id);
    const { name, job, program, savepointPolicy } = props;
    this.job = job;
    this.image = props.image ?? IMAGES.flink;
    this.checkpointInterval = props.checkpointInterval ?? Duration.seconds(10);
    this.stateBackend = props.stateBackend ?? 'hashmap';
    this.checkOthers(scope);
    checkFlinkOptions(scope, 'application.flinkOptions', props.flinkOptions, RESERVED);
    const workload = JobManager.workload(this, { cluster: name, image: this.image });
    const kubernetesAccess = new HighAvailabilityAccess(this, 'access', workload, props.pod?.serviceAccount);
    const storage = resolveFlinkStorage(this, props.storage, workload);
    this.stateFolder = `${storage.root}/jobs/${job}`;
    const config = this.config(props, storage);
    this.content = contentHash([program, savepointPolicy, this.image, config]);
    const process = {
      cluster: name,
      image: this.image,
      config,
      storage,
      kubernetesAccess,
      application: new ApplicationStart(this, 'start', {
        workload,
        job,
        program,
        content: this.content,
        savepointPolicy,
        stateFolder: this.stateFolder,
      }),
    };
    const jobManager = { memory: JOB_MANAGER_MEMORY, ...props.jobManager };
    const own = podsOf(props.pod, kubernetesAccess.serviceAccountName);
    this.jobManager = new JobManager(
      this,
      'jobmanager',
      { ...jobManager, ...process, ...own('jobManager', props.jobManager?.pod) },
      workload,
    );
    this.taskManager = new TaskManager(
      this,
      'taskmanager',
      { ...props.taskManager, ...process, ...own('taskManager', props.taskManager?.pod) },
      this.jobManager,
    );
    this.restUrl = `http://${workload.name}:${FLINK_PORTS.rest}`;
    for (const part of ['jobManager', 'taskManager'] as const) {
      for (const endpoint of props.services[part]) this[part].workload.connectTo(endpoint);
    }
  }

  private config(
    { name, parallelism, flinkOptions, taskManager }: FlinkApplicationProps,
    storage: ResolvedFlinkStorage,
  ): FlinkConfig {
    const scheduler = taskManager?.autoscaling === undefined ? {} : ADAPTIVE_SCHEDULER;
    return flinkPodsConfig({
      cluster: name,
      parallelism,
      stateBackend: this.stateBackend,
      options: {
        ...withOptions(this, 'application.flinkOptions', flinkOptions, { ...storage.options, ...scheduler }),
        // Folders and ids differ between generations, so the scripts set them.
        'high-availability.type': 'kubernetes',
        'execution.checkpointing.interval': `${this.checkpointInterval.toMilliseconds()} ms`,
        // A job that is stopped for a changed script must keep the checkpoint that the new script restores.
        'execution.checkpointing.externalized-checkpoint-retention': 'RETAIN_ON_CANCELLATION',
      },
    });
  }

  /** Two jobs of one name would share ids of Flink, and the folder of their state. */
  private checkOthers(scope: Construct): void {
    const twin = this.node.root.node
      .findAll()
      .filter((other): other is FlinkApplication => other instanceof FlinkApplication && other !== this)
      .find((other) => other.job === this.job && isSameNamespace(this, other));
    if (twin === undefined) return;
    invalid(scope, {
      property: 'name',
      got: this.job,
      allowed: `a name that no other job with its own Flink has; ${twin.node.path} has this one`,
      fix: 'Rename one of them.',
    });
  }
}

const RESERVED: Readonly<Record<string, string>> = {
  'high-availability.type': 'an application always has high availability',
  'high-availability.cluster-id': 'it changes with the script',
  'high-availability.storageDir': 'set application.storage',
  'execution.checkpointing.externalized-checkpoint-retention': 'checkpoints are kept for the next script',
  'execution.state-recovery.path': 'the JobManager finds the last state itself',
  'execution.state-recovery.claim-mode': 'the JobManager finds the last state itself',
  'execution.state-recovery.ignore-unclaimed-state': "set savepointPolicy to 'drop-unmatched'",
};
