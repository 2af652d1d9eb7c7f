/** `npm run sql`: runs Flink SQL on the services of this machine or of a cluster, or opens a prompt. */
import { Command } from 'commander';
import { wholeNumber } from '../cli/arguments';
import { runCommand } from '../cli/command';
import { Kubectl } from '../cluster/kubectl';
import { sqlOnCluster } from '../cluster/sql';
import { addTargetOptions, targetOf, type TargetOptions } from '../cluster/target';
import { addPlaceOptions, localSettings, type PlaceOptions } from '../local/options';
import { sqlOnThisMachine } from '../local/sql';

const EXAMPLES = `
Tables: gtsm_etl is the stream of rows, without an end; gtsm_etl_bounded ends with the rows that exist now. Other topics have both too:
gtsm_etl_progress (what is published), gtsm_1min, gtsm_gaps, gtsm_stations, clicks_…; so have the views gtsm_microstrain and
gtsm_strain. SHOW TABLES lists all.

Examples:
  npm run sql
  npm run sql -- "SELECT COUNT(*) FROM gtsm_etl_bounded"
  npm run sql -- --rows 20 "SELECT key_site, \\\`timestamp\\\`, bs1_t0 FROM gtsm_etl WHERE bs1_t0 IS NOT NULL"
  npm run sql -- --json "SELECT * FROM gtsm_etl_bounded LIMIT 3" | jq .
  npm run sql -- "SELECT site, session, MIN(areal), MAX(areal) FROM gtsm_strain_bounded GROUP BY site, session"
  npm run sql -- --cluster "SELECT COUNT(*) FROM gtsm_etl_bounded"
  npm run sql -- --cluster --profile classic

With --cluster, the statements run on the cluster that kubectl talks to; --profile, --context and --namespace choose it.

Several statements run one after another in one session, so later ones can use tables that earlier ones create. In a stream,
each row begins with its change: +I a new row, +U a row that replaces an earlier one, -D a deleted row. With --json this is the
field "op", which new rows do not have. Ctrl-C ends a query and its Flink job.`;

interface SqlOptions extends PlaceOptions, TargetOptions {
  readonly cluster?: boolean;
  readonly json?: boolean;
  readonly rows?: number;
}

async function sql(statements: readonly string[], options: SqlOptions): Promise<void> {
  const { json, rows } = options;
  process.exitCode = options.cluster
    ? await sqlOnCluster(new Kubectl(targetOf(options)), statements, { json, rows })
    : await sqlOnThisMachine(localSettings(options), statements, { json, rows });
}

const program = new Command('npm run sql --')
  .description('Runs Flink SQL on the services of `npm start` or on a cluster, or opens a prompt.')
  .argument('[statement...]', 'SQL statements; without any, a prompt opens')
  .option('--cluster', 'run on a cluster, through kubectl, instead of on this machine')
  .option('--json', 'print each row as a JSON object')
  .option('--rows <n>', 'stop after this many rows', wholeNumber(1))
  .addHelpText('after', EXAMPLES);
void runCommand(addPlaceOptions(addTargetOptions(program)).action(sql));
