import { Construct } from 'constructs';
import { k8s } from '../../imports';
import { contentHash } from '../common/hash';
import { podField, type Environment } from '../common/pod';
import type { Workload } from '../common/workload';
import { APPLICATION_JOB_MANAGER, APPLICATION_TASK_MANAGER } from './application-scripts';

export interface ApplicationStartProps {
  /** The JobManager's; it lends name and labels. */
  readonly workload: Workload;
  /** Name of the job. */
  readonly job: string;
  /** All statements of the script. */
  readonly sql: string;
  /** Stands for everything that makes another job of it. */
  readonly content: string;
  /** What becomes of the state when the content changes. */
  readonly savepointPolicy: string;
  /** Folder of the job on the shared volume, as containers see it. */
  readonly stateFolder: string;
}

const VOLUME = 'job';
const FOLDER = '/etc/flink-sql-job';

/** How the processes of an application start: a ConfigMap with the script and the shell scripts that see to one generation at a time. */
export class ApplicationStart extends Construct {
  /** Texts by file name. */
  readonly files: Readonly<Record<string, string>>;
  readonly volume: k8s.Volume;
  readonly mount: k8s.VolumeMount = { name: VOLUME, mountPath: FOLDER, readOnly: true };
  readonly env: Environment;

  constructor(scope: Construct, id: string, props: ApplicationStartProps) {
    super(scope, id);
    const { workload, job, sql, content, savepointPolicy, stateFolder } = props;
    this.files = {
      'job.sql': sql,
      'jobmanager.sh': APPLICATION_JOB_MANAGER,
      'taskmanager.sh': APPLICATION_TASK_MANAGER,
    };
    // The hash is in the name: a container that is started again must not find the script of another generation.
    const name = `${workload.name}-${contentHash(this.files)}`;
    new k8s.KubeConfigMap(this, 'script', {
      metadata: workload.metadata(name),
      immutable: true,
      data: { ...this.files },
    });
    this.volume = { name: VOLUME, configMap: { name } };
    this.env = {
      JOB_NAME: job,
      CONTENT: content,
      SAVEPOINT_POLICY: savepointPolicy,
      STATE_FOLDER: stateFolder,
      SCRIPT: `${FOLDER}/job.sql`,
      FLINK_BIN: '/opt/flink/bin',
      WORK_DIR: '/tmp',
      POD_IP: podField('status.podIP'),
      POD_NAMESPACE: podField('metadata.namespace'),
    };
  }

  /** What a container of the process runs. */
  command(process: 'jobmanager' | 'taskmanager'): string[] {
    return ['bash', `${FOLDER}/${process}.sh`];
  }
}
