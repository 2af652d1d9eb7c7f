/** Flink SQL of a stack in a cluster, through its gateway. */
import { SqlSession } from '../../../sql/gateway';
import { BATCH, runQuery } from '../../../sql/query';
import { BOUNDED_TABLE } from '../../../sql/table-names';
import type { Cluster } from './cluster';
import { RowSum, type RowSet } from './rows';

const GATEWAY = { target: 'svc/flink-sql-client', port: 8084 };

/** A session of the gateway that has the tables of the chart. */
export class ClusterSql {
  /** @param tables statements that make them */
  constructor(
    private readonly cluster: Cluster,
    private readonly tables: readonly string[],
  ) {}

  /** Opens a session with the tables, in batch mode, for as long as `use` runs. */
  session<T>(use: (session: SqlSession) => Promise<T>): Promise<T> {
    return this.cluster.forward(GATEWAY.target, GATEWAY.port, async ({ url }) => {
      const session = await SqlSession.open(url);
      try {
        for (const table of this.tables) await session.all(table, { config: BATCH });
        return await use(session);
      } finally {
        await session.close();
      }
    });
  }

  /** Runs a query that ends and gives its rows, by column. */
  query(statement: string): Promise<Record<string, unknown>[]> {
    return this.session(async (session) => {
      const found: Record<string, unknown>[] = [];
      const { pages } = await runQuery(session, statement, new AbortController().signal);
      for await (const { columns, rows } of pages) {
        for (const { fields } of rows) {
          found.push(Object.fromEntries(columns.map(({ name }, i) => [name, fields[i]])));
        }
      }
      return found;
    });
  }

  /** Number of the rows that are committed now. */
  async count(): Promise<number> {
    const [row] = await this.query(`SELECT COUNT(*) AS n FROM ${BOUNDED_TABLE}`);
    return Number(row?.n);
  }

  /**
   * Reads all rows that are committed now, and adds them up.
   * @param table bounded, of strain rows
   */
  sum(table = BOUNDED_TABLE): Promise<RowSet> {
    return this.session(async (session) => {
      const sum = new RowSum();
      for await (const { columns, rows } of session.run(`SELECT * FROM ${table}`, {
        config: BATCH,
      })) {
        for (const { fields } of rows) {
          const row = Object.fromEntries(columns.map(({ name }, i) => [name, fields[i]]));
          sum.add({ ...row, time: Date.parse(`${String(row.time)}Z`) });
        }
      }
      return sum.rows;
    });
  }
}
