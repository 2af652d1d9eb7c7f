import { checkOneJob, splitStatements } from '../../constructs/sql/script';
import { jobScript, jobSql, type JobDefinition, type SchemaReader } from '../../jobs/definition';
import { JOBS } from '../../jobs/index';
import { readSchema } from '../../avro/folder';

const ADDRESSES = { bootstrapServers: 'k:9092', registryUrl: 'http://r:8081' };

const record = (...fields: string[]): string =>
  JSON.stringify({
    type: 'record',
    name: 'r',
    fields: fields.map((name) => ({ name, type: 'int' })),
  });

const FILES: Record<string, string> = {
  'a-value.avsc': record('x'),
  'b-key.avsc': record('id'),
  'b-value.avsc': record('y'),
};
const schemas: SchemaReader = (file) => FILES[file];

const JOB: JobDefinition = {
  name: 'copy',
  summary: 'Copies a to b.',
  topics: [{ name: 'a' }, { name: 'b', cleanup: 'compact' }],
  tables: [{ topic: 'a' }, { topic: 'b', name: 'c', upsert: true, sink: 'exactly-once' }],
  declarations: ['CREATE TEMPORARY VIEW v AS SELECT x FROM a'],
  settings: { 'table.local-time-zone': 'UTC' },
  statement: 'INSERT INTO c SELECT x, x FROM v',
};

test('the SQL of a job: its tables, settings, declarations, and what starts it', () => {
  expect(jobSql(JOB, ADDRESSES, schemas)).toMatchSnapshot();
});

test('the transactional id prefix has the names of the job and the table', () => {
  expect(jobSql(JOB, ADDRESSES, schemas)).toContain("'sink.transactional-id-prefix' = 'copy-c'");
});

test('without settings and declarations the script is only the statement', () => {
  expect(jobScript({ ...JOB, settings: undefined, declarations: undefined })).toBe(JOB.statement);
});

test('throws for a table whose topic has no schema, and names the file', () => {
  expect(() => jobSql({ ...JOB, tables: [{ topic: 'z' }] }, ADDRESSES, schemas)).toThrow(
    'table z: avro_schemas/z-value.avsc does not exist. Add the schema of topic z',
  );
});

describe.each(JOBS.map((job) => [job.name, job] as const))('the job %s', (_, job) => {
  test('is one Flink job, and its tables have schemas', () => {
    const sql = jobSql(job, ADDRESSES, readSchema);
    expect(() => checkOneJob(sql)).not.toThrow();
    expect(splitStatements(sql)).toHaveLength(
      job.tables.length + Object.keys(job.settings ?? {}).length + (job.declarations ?? []).length + 1,
    );
  });

  test('declares every topic that it reads or writes', () => {
    const declared = job.topics.map(({ name }) => name);
    expect(declared).toEqual(expect.arrayContaining(job.tables.map(({ topic }) => topic)));
  });

  test('writes upsert tables to compacted topics', () => {
    const compacted = job.topics.filter(({ cleanup }) => cleanup === 'compact').map(({ name }) => name);
    const upserted = job.tables.filter(({ upsert }) => upsert).map(({ topic }) => topic);
    expect(compacted).toEqual(expect.arrayContaining(upserted));
  });

  test('every field of its schemas has a doc', () => {
    for (const { topic } of job.tables) {
      for (const file of [`${topic}-key.avsc`, `${topic}-value.avsc`]) {
        const text = readSchema(file);
        if (text === undefined) continue;
        const { doc, fields } = JSON.parse(text) as { doc?: string; fields: { doc?: string }[] };
        expect([doc, ...fields.map((field) => field.doc)]).not.toContain(undefined);
      }
    }
  });
});
