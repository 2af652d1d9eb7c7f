/**
 * The real services for end-to-end tests: started once for a run, on free ports, with a state folder of their
 * own, so that tests can run next to `npm start`. Tests import `services`; jest's globalSetup starts
 * them (setup.ts).
 */
import path from 'node:path';
import type { LocalSettings } from '../../local/settings';
import { SqlSession } from '../../sql/gateway';

/** Addresses of the services, which tests get through the environment. */
export interface ServiceAddresses {
  /** Kafka's address, `localhost:PORT`. */
  readonly bootstrapServers: string;
  /** Confluent's API of the registry. */
  readonly registryUrl: string;
  /** Flink's REST API. */
  readonly flinkUrl: string;
  /** Flink SQL gateway. */
  readonly gatewayUrl: string;
  /** Folder of Kafka's jars: `java -cp "${kafkaJars}/*" org.apache.kafka.tools.ProducerPerformance …`. */
  readonly kafkaJars: string;
  /** Folder of data and logs. */
  readonly stateDir: string;
  /** Settings of the one-machine mode for these services. */
  readonly settings: LocalSettings;
  /** Where the process that holds the services takes requests. */
  readonly controlUrl: string;
}

/** Name of the variable that carries the addresses from jest's setup to the tests. */
export const SERVICES_ENV = 'E2E_SERVICES';

/** The running services. */
export const services = {
  get addresses(): ServiceAddresses {
    const text = process.env[SERVICES_ENV];
    if (!text) throw new Error('no services are running: run this test by `npm run test:e2e`');
    return JSON.parse(text) as ServiceAddresses;
  },

  /** Environment in which the commands of the clone find the services. */
  get env(): NodeJS.ProcessEnv {
    return { LOCAL_STATE_DIR: this.addresses.stateDir };
  },

  /**
   * Runs SQL statements one after another in a session and gives the rows of the last one, each by column
   * name.
   */
  async sql(...statements: [string, ...string[]]): Promise<Record<string, unknown>[]> {
    const session = await SqlSession.open(this.addresses.gatewayUrl);
    try {
      let last: Record<string, unknown>[] = [];
      for (const statement of statements) {
        const { columns, rows } = await session.all(statement);
        last = rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i]])));
      }
      return last;
    } finally {
      await session.close();
    }
  },

  /** Kills the broker (SIGKILL). */
  killBroker: () => control('kill/kafka'),

  /** Starts the killed broker again, on the same data; resolves when it answers. */
  startBroker: () => control('start/kafka'),

  killRegistry: () => control('kill/registry'),

  startRegistry: () => control('start/registry'),

  /** Kills the TaskManager with the tasks that run in it. */
  killTaskManager: () => control('kill/flink-taskmanager'),

  startTaskManager: () => control('start/flink-taskmanager'),

  /** Kills the JobManager, which forgets its jobs. */
  killJobManager: () => control('kill/flink-jobmanager'),

  startJobManager: () => control('start/flink-jobmanager'),
};

async function control(what: string): Promise<void> {
  const response = await fetch(`${services.addresses.controlUrl}/${what}`, { method: 'POST' });
  if (!response.ok) throw new Error(`${what}: ${await response.text()}`);
}

/** The real bottles next to the repository, where there are any. */
export const REAL_BOTTLES = path.resolve(__dirname, '../../../shared/bottles');
