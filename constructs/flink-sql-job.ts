import { Construct } from 'constructs';
import { checkTableNames, type AvroTable } from './avro-table';
import { contentHash } from './common/hash';
import { invalid, withPath } from './common/invalid';
import type { FlinkSessionCluster } from './flink-session-cluster';
import { FlinkApplication, type FlinkApplicationOptions } from './flink/application';
import { checkJobName, checkParallelism, type SavepointPolicy } from './flink/job';
import { SessionSubmission, type SubmissionOptions } from './flink/session-job';
import { FLINK_OPTIONS } from './known/flink';
import { checkOptions } from './known/options';
import { literal } from './sql/quote';
import { checkOneJob } from './sql/script';
import { insertTargets, settingsOf } from './sql/targets';
import { checkTerminated } from './sql/terminated';

/** Props of `FlinkSqlJob`. Set exactly one of `cluster` and `application`. */
export interface FlinkSqlJobProps {
  /**
   * Session cluster that runs the job, together with other jobs.
   * @default - `application`
   */
  readonly cluster?: FlinkSessionCluster;
  /**
   * Options of the job's own JobManager and TaskManagers.
   * @default - `cluster`
   */
  readonly application?: FlinkApplicationOptions;
  /**
   * Name of the job: lowercase letters, digits and `-`, at most 30 characters. The dashboard shows it with
   * the hash of the content.
   */
  readonly name: string;
  /**
   * SQL statements. Exactly one starts the job: an `INSERT`, or several in `EXECUTE STATEMENT SET BEGIN …
   * END`.
   */
  readonly script: string;
  /**
   * Tables that the script can use. The pods that run the job are linked to their Kafka and registry.
   * @default - the tables of the session cluster; none for an application
   */
  readonly tables?: readonly AvroTable[];
  /**
   * Parallelism of the job.
   * @default - that of the session cluster; 1 for an application
   */
  readonly parallelism?: number;
  /**
   * What happens to the state when the script changes.
   * @default - 'savepoint', or 'fresh' if the session cluster has no storage
   */
  readonly savepointPolicy?: SavepointPolicy;
  /**
   * How the script is submitted to a session cluster: timeout, time to live of the Kubernetes Job, and
   * resources.
   * @default - see `SubmissionOptions`
   */
  readonly submission?: SubmissionOptions;
}

/**
 * A SQL script that runs as one Flink job, once per content. If it is applied again unchanged, nothing
 * happens. If it is changed, the new script continues from the state of the old one. It runs on a session
 * cluster, or as an application with its own JobManager and TaskManagers.
 */
export class FlinkSqlJob extends Construct {
  /** Tables that the script can use. */
  readonly tables: readonly AvroTable[];
  /** Parallelism of the job. */
  readonly parallelism: number;
  /** What happens to the state when the script changes. */
  readonly savepointPolicy: SavepointPolicy;
  /** Name of the job in Flink: `NAME@HASH`. */
  readonly pipelineName: string;
  /** All statements: settings, tables, the script. */
  readonly sql: string;
  /** The Kubernetes Job that submits the script; undefined for an application. */
  readonly submission: SessionSubmission | undefined;
  /** The job's own JobManager and TaskManagers; undefined on a session cluster. */
  readonly application: FlinkApplication | undefined;

  constructor(scope: Construct, id: string, props: FlinkSqlJobProps) {
    super(scope, id);
    const { cluster, application, name, script, submission } = props;
    this.checkShape(props);
    this.tables = props.tables ?? cluster?.tables ?? [];
    this.parallelism = props.parallelism ?? cluster?.parallelism ?? 1;
    this.savepointPolicy = props.savepointPolicy ?? (cluster && !cluster.storage ? 'fresh' : 'savepoint');
    checkTableNames(this, this.tables);
    this.check(props);
    withPath(this, () => {
      checkTerminated(script);
      checkOneJob(script);
    });
    this.checkTargets(script);
    checkOptions(this, 'script: SET ', FLINK_OPTIONS, settingsOf(script));

    const body = this.statements(script);
    const hash = contentHash(body);
    this.pipelineName = `${name}@${hash}`;
    this.sql = `SET 'pipeline.name' = ${literal(this.pipelineName)};\n\n${body}`;
    const { sql, savepointPolicy, tables, parallelism } = this;
    const common = { job: name, name: `flink-sql-${name}`, savepointPolicy };
    this.submission =
      cluster &&
      new SessionSubmission(this, 'submission', { ...submission, ...common, cluster, sql, hash, tables });
    this.application =
      application &&
      new FlinkApplication(this, 'application', {
        ...application,
        ...common,
        program: { sql },
        parallelism,
        services: {
          jobManager: tables.map(({ kafkaEndpoint }) => kafkaEndpoint),
          taskManager: tables.flatMap(({ kafkaEndpoint, registryEndpoint }) => [
            kafkaEndpoint,
            registryEndpoint,
          ]),
        },
      });
    if (this.application !== undefined) {
      checkParallelism(this, parallelism, this.application.taskManager, 'application.');
    }
  }

  private statements(script: string): string {
    return [
      `SET 'parallelism.default' = '${this.parallelism}'`,
      ...this.tables.map(({ ddl }) => ddl),
      script.trim().replace(/;\s*$/, ''),
    ]
      .map((statement) => `${statement};\n`)
      .join('\n');
  }

  private checkShape({ cluster, application, submission }: FlinkSqlJobProps): void {
    if ((cluster === undefined) === (application === undefined)) {
      invalid(this, {
        property: 'cluster and application',
        got: cluster === undefined ? 'neither' : 'both',
        allowed: 'exactly one of the two',
        fix: 'Set cluster to the session cluster that runs the job, or application: { storage: FlinkStorage.claim(…) } for its own Flink.',
      });
    }
    if (application === undefined || submission === undefined) return;
    invalid(this, {
      property: 'submission',
      got: 'set',
      allowed: 'nothing with application, because its JobManager runs the script itself',
      fix: 'Leave it out.',
    });
  }

  private check({ cluster, name }: FlinkSqlJobProps): void {
    checkJobName(this, name);
    if (cluster === undefined) return;
    checkParallelism(this, this.parallelism, cluster.taskManager, 'cluster.');
    if (this.savepointPolicy !== 'fresh' && cluster.storage === undefined) {
      invalid(this, {
        property: 'savepointPolicy',
        got: this.savepointPolicy,
        allowed: "'fresh', because the cluster has no storage for savepoints",
        fix: "Set storage on the cluster, or set savepointPolicy to 'fresh'.",
      });
    }
  }

  /**
   * A table without a sink would register a schema that Flink makes up, and an exactly-once job would write
   * without transactions.
   */
  private checkTargets(script: string): void {
    for (const name of insertTargets(script)) {
      const table = this.tables.find((it) => it.name === name);
      if (table === undefined || table.sink !== undefined) continue;
      const sinks = this.tables.filter((it) => it.sink !== undefined).map((it) => it.name);
      invalid(this, {
        property: 'script',
        got: `INSERT INTO ${name}`,
        allowed: `a table with a sink${sinks.length === 0 ? '' : `: ${sinks.join(', ')}`}`,
        fix: `Set sink: 'exactly-once' or 'at-least-once' on ${table.node.path}.`,
      });
    }
  }
}
