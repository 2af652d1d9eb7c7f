import { Construct } from 'constructs';
import { k8s } from '../../imports';
import { contentHash } from '../common/hash';
import { podField, type Environment } from '../common/environment';
import { readScript } from '../common/script';
import type { Workload } from '../common/workload';
import { FLINK_HOME } from './image';

/** What a job runs: the statements of a SQL script, or a jar of the image. */
export type Program =
  | { readonly sql: string }
  | {
      /** Path in the image. */
      readonly jar: string;
      /** Class with the main method, if the manifest of the jar does not name it. */
      readonly className: string | undefined;
      /** Arguments of the main method. */
      readonly args: readonly string[];
    };

export interface ApplicationStartProps {
  /** Workload of the JobManager, which gives the ConfigMap its name and labels. */
  readonly workload: Workload;
  /** Name of the job. */
  readonly job: string;
  readonly program: Program;
  /** Hash of everything that makes a new generation of the job. */
  readonly content: string;
  /** What happens to the state when the content changes. */
  readonly savepointPolicy: string;
  /** Address of the job's folder on the storage. */
  readonly stateFolder: string;
}

const VOLUME = 'job';
const FOLDER = '/etc/flink-job';

/**
 * How the processes of an application start: a ConfigMap with the SQL script, if there is one, and with shell
 * scripts that run one generation at a time.
 */
export class ApplicationStart extends Construct {
  /** Texts by file name. */
  readonly files: Readonly<Record<string, string>>;
  readonly volume: k8s.Volume;
  readonly mount: k8s.VolumeMount = { name: VOLUME, mountPath: FOLDER, readOnly: true };
  readonly env: Environment;
  private readonly args: readonly string[];

  constructor(scope: Construct, id: string, props: ApplicationStartProps) {
    super(scope, id);
    const { workload, job, program, content, savepointPolicy, stateFolder } = props;
    this.files = {
      ...('sql' in program ? { 'job.sql': program.sql } : {}),
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
      ...programEnv(program),
      FLINK_HOME,
      WORK_DIR: '/tmp',
      POD_IP: podField('status.podIP'),
      POD_NAMESPACE: podField('metadata.namespace'),
    };
    this.args = 'sql' in program ? [] : program.args;
  }

  /** Command of the container of a process. */
  command(process: 'jobmanager' | 'taskmanager'): string[] {
    const args = process === 'jobmanager' ? this.args : [];
    return ['bash', `${FOLDER}/${process}.sh`, ...args];
  }
}

function programEnv(program: Program): Environment {
  if ('sql' in program) return { SCRIPT: `${FOLDER}/job.sql` };
  const { jar, className } = program;
  return { JAR: jar, ...(className === undefined ? {} : { JOB_CLASS: className }) };
}
