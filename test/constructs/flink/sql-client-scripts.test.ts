/** The scripts of the SQL client's pod, with a fake folder of Flink. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCRIPTS = join(__dirname, '../../../constructs/flink/scripts');

let flink: string;
let copy: string;
let sql: string;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'sql-client-'));
  [flink, copy, sql] = [join(folder, 'flink'), join(folder, 'copy'), join(folder, 'sql')];
  for (const name of ['lib', 'bin']) mkdirSync(join(flink, name), { recursive: true });
  for (const name of [copy, sql]) mkdirSync(name);
  writeFileSync(join(flink, 'lib', 'flink-sql-connector-kafka-5.0.0.jar'), '');
  for (const name of ['sql-client.sh', 'flink-sql-client.sh', 'sql-gateway.sh']) {
    writeFileSync(join(flink, 'bin', name), '#!/usr/bin/env bash\nprintf "%s\\n" "$@"\n');
    chmodSync(join(flink, 'bin', name), 0o755);
  }
  writeFileSync(join(sql, 'sql-client.sh'), '#!/usr/bin/env bash\necho with tables\n');
});

afterEach(() => rmSync(join(flink, '..'), { recursive: true }));

function run(script: string, args: readonly string[], env: Record<string, string> = {}) {
  return spawnSync('bash', [script, ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, FLINK_HOME: flink, SQL_FOLDER: sql, BIN_FOLDER: copy, ...env },
  });
}

describe('prepare-sql-client.sh', () => {
  const prepare = (...jars: string[]) => run(join(SCRIPTS, 'prepare-sql-client.sh'), jars);

  test('copies bin and replaces sql-client.sh', () => {
    expect(prepare('flink-sql-connector-kafka-')).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(copy).sort()).toEqual(['flink-sql-client.sh', 'sql-client.sh', 'sql-gateway.sh']);
    expect(run(join(copy, 'sql-client.sh'), []).stdout).toBe('with tables\n');
    expect(run(join(copy, 'flink-sql-client.sh'), ['-f', 'x']).stdout).toBe('-f\nx\n');
  });

  test('fails if the image does not have a connector, and names it', () => {
    const { status, stderr } = prepare('flink-sql-connector-kafka-', 'flink-sql-parquet-', 'flink-sql-orc-');
    expect(status).toBe(1);
    expect(stderr).toMatch(/has no \S+\/lib\/flink-sql-parquet-\*\.jar: build it with this connector/);
    expect(stderr).toContain('flink-sql-orc-');
    expect(readdirSync(copy)).toEqual([]);
  });
});

describe('sql-client.sh', () => {
  const client = (...args: string[]) =>
    run(join(SCRIPTS, 'sql-client.sh'), args, { SQL_GATEWAY: 'http://g:8084', SQL_INIT: '/init.sql' }).stdout;

  test('opens a prompt at the gateway, with the tables', () => {
    expect(client('-f', 'query.sql').split('\n').slice(0, 5)).toEqual([
      'gateway',
      '--endpoint',
      'http://g:8084',
      '--init',
      '/init.sql',
    ]);
    expect(client('-f', 'query.sql')).toMatch(/\n-f\nquery\.sql\n$/);
  });

  test.each(['embedded', 'gateway', '--help', '-h'])("is Flink's own client with %s", (mode) => {
    expect(client(mode, 'x')).toBe(`${mode}\nx\n`);
  });
});
