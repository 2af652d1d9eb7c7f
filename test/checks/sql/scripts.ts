/**
 * The SQL of the project: what each construct of the charts hands to Flink, and each job as one machine runs
 * it.
 */
import { App } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { readSchema } from '../../../avro/folder';
import { PROFILES } from '../../../charts/index';
import { FlinkSessionCluster, FlinkSqlJob } from '../../../constructs/index';
import { jobSql } from '../../../jobs/definition';
import { JOBS } from '../../../jobs/index';

/** A script, and who has it. */
export interface SqlScript {
  /** Path of the construct, or name of the job. */
  readonly owner: string;
  readonly sql: string;
}

/** Scripts of the jobs and SQL prompts below a construct. */
export function scriptsOf(scope: IConstruct): SqlScript[] {
  return scope.node.findAll().flatMap((construct) => {
    if (construct instanceof FlinkSqlJob) return [{ owner: construct.node.path, sql: construct.sql }];
    if (construct instanceof FlinkSessionCluster) {
      return [{ owner: `${construct.node.path} (SQL prompt)`, sql: construct.sqlClient.init }];
    }
    return [];
  });
}

/** All scripts of all profiles and of one machine. */
export function allScripts(): SqlScript[] {
  const app = new App();
  for (const [name, Profile] of Object.entries(PROFILES)) new Profile(app, name);
  const addresses = { bootstrapServers: 'localhost:9092', registryUrl: 'http://localhost:8081' };
  return [
    ...scriptsOf(app),
    ...JOBS.map((job) => ({ owner: `job ${job.name}`, sql: jobSql(job, addresses, readSchema) })),
  ];
}
