import { Construct } from 'constructs';
import { k8s } from '../../imports';
import { contentHash } from '../common/hash';
import { podField, type Environment } from '../common/environment';
import { readScript } from '../common/script';
import type { Workload } from '../common/workload';
import { FLINK_HOME } from './image';

export interface ApplicationStartProps {
  /** Workload of the JobManager, which gives the ConfigMap its name and labels. */
  readonly workload: Workload;
  /** Name of the job. */
  readonly job: string;
  /** All statements of the script. */
  readonly sql: string;
  /** Hash of everything that makes a new generation of the job. */
  readonly content: string;
  /** What happens to the state when the content changes. */
  readonly savepointPolicy: string;
  /** Folder of the job on the shared volume, as containers see it. */
  readonly stateFolder: string;
}

const VOLUME = 'job';
const FOLDER = '/etc/flink-sql-job';

/**
 * How the processes of an application start: a ConfigMap with the SQL script, and with shell scripts that run
 * one generation at a time.
 */
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
      'generation.sh': readScript('flink/scripts/generation.sh'),
      'jobmanager.sh': readScript('flink/scripts/jobmanager.sh'),
      'taskmanager.sh': readScript('flink/scripts/taskmanager.sh'),
    };
    // The name has the hash, so that a restarted container cannot find the script of another generation.
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
      FLINK_BIN: `${FLINK_HOME}/bin`,
      WORK_DIR: '/tmp',
      POD_IP: podField('status.podIP'),
      POD_NAMESPACE: podField('metadata.namespace'),
    };
  }

  /** Command of the container of a process. */
  command(process: 'jobmanager' | 'taskmanager'): string[] {
    return ['bash', `${FOLDER}/${process}.sh`];
  }
}
