import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { checkTableNames, type AvroTable } from './avro-table';
import type { PodEndpoint } from './common/workload';
import { IMAGES } from './common/images';
import { invalid, requireInteger } from './common/invalid';
import type { FlinkConfig } from './config/flink';
import { HighAvailabilityAccess } from './flink/access';
import { checkFlinkOptions, flinkPodsConfig } from './flink/config';
import { checkConnectors, type FlinkConnector } from './flink/connectors';
import { JobManager, type JobManagerOptions } from './flink/job-manager';
import { FLINK_PORTS } from './flink/ports';
import type { FlinkProcessProps } from './flink/process';
import { SqlClient, type SqlClientOptions } from './flink/sql-client';
import { resolveFlinkStorage, type FlinkStorage, type ResolvedFlinkStorage } from './flink/storage';
import { TaskManager, type TaskManagerOptions } from './flink/task-manager';

/** What a user sets on `FlinkSessionCluster`. */
export interface FlinkSessionClusterProps {
  /**
   * Tables that the SQL prompt begins with. The cluster is linked to what they read.
   * @default - none
   */
  readonly tables?: readonly AvroTable[];
  /**
   * The JobManagers: how many, memory, resources, port on the nodes.
   * @default - one, as `JobManagerOptions` says
   */
  readonly jobManager?: JobManagerOptions;
  /**
   * The TaskManagers: number, task slots, memory and resources.
   * @default - one with two task slots, see `TaskManagerOptions`
   */
  readonly taskManager?: TaskManagerOptions;
  /**
   * The pod of the SQL gateway and prompt: heap, resources, first statements.
   * @default - as `SqlClientOptions` says
   */
  readonly sqlClient?: SqlClientOptions;
  /**
   * Keeps the jobs over the JobManager's death, by ConfigMaps of Kubernetes and `storage`. Its pods get a token for that.
   * @default false
   */
  readonly highAvailability?: boolean;
  /**
   * Where checkpoints and savepoints stand.
   * @default - no checkpoints: a job that fails begins anew
   */
  readonly storage?: FlinkStorage;
  /**
   * Time between checkpoints.
   * @default Duration.seconds(10)
   */
  readonly checkpointInterval?: Duration;
  /**
   * Where tasks keep their state: on the heap, or in RocksDB on the pod's disk.
   * @default 'hashmap'
   */
  readonly stateBackend?: 'hashmap' | 'rocksdb';
  /**
   * Parallelism of a job that does not set its own.
   * @default 1
   */
  readonly parallelism?: number;
  /**
   * Connectors that the image has, checked when the SQL client's pod starts.
   * @default ['kafka', 'avro-confluent']
   */
  readonly connectors?: readonly FlinkConnector[];
  /**
   * Any other option of Flink's `config.yaml`, on every pod. One that the other props make is refused.
   * @default - none
   */
  readonly flinkOptions?: Readonly<Record<string, string | number | boolean>>;
  /**
   * Image of every pod; it has Flink under `/opt/flink`, with the connectors' jars in its `lib`.
   * @default 'kafka-flink-cluster/flink:2.3.0'
   */
  readonly image?: string;
  /**
   * Beginning of all names: `flink-jobmanager`, `flink-taskmanager`, `flink-sql-client`.
   * @default 'flink'
   */
  readonly name?: string;
}

/**
 * A Flink session cluster with a SQL gateway: jobs are submitted to it while it runs. Every pod has a configuration of its own, so that a
 * change rolls those alone that it concerns.
 */
export class FlinkSessionCluster extends Construct {
  /** Beginning of all names. */
  readonly name: string;
  /** Image of every pod. */
  readonly image: string;
  /** Connectors that the image has. */
  readonly connectors: readonly FlinkConnector[];
  /** Tables that the SQL prompt begins with. */
  readonly tables: readonly AvroTable[];
  /** Whether jobs outlive the JobManager. */
  readonly highAvailability: boolean;
  /** Time between checkpoints. */
  readonly checkpointInterval: Duration;
  /** Where tasks keep their state. */
  readonly stateBackend: 'hashmap' | 'rocksdb';
  /** Parallelism of a job that does not set its own. */
  readonly parallelism: number;
  /** Folders of checkpoints and savepoints; undefined without storage. */
  readonly storage: ResolvedFlinkStorage | undefined;
  /** Deployment, Service and configuration of the JobManagers. */
  readonly jobManager: JobManager;
  /** Deployment and configuration of the TaskManagers. */
  readonly taskManager: TaskManager;
  /** Deployment, Service and configuration of the SQL gateway. */
  readonly sqlClient: SqlClient;
  /** Base address of the REST API and dashboard. */
  readonly restUrl: string;
  /** Base address of the SQL gateway. */
  readonly gatewayUrl: string;

  constructor(scope: Construct, id: string, props: FlinkSessionClusterProps = {}) {
    super(scope, id);
    this.name = props.name ?? 'flink';
    this.image = props.image ?? IMAGES.flink;
    this.connectors = props.connectors ?? ['kafka', 'avro-confluent'];
    this.tables = props.tables ?? [];
    this.highAvailability = props.highAvailability ?? false;
    this.checkpointInterval = props.checkpointInterval ?? Duration.seconds(10);
    this.stateBackend = props.stateBackend ?? 'hashmap';
    this.parallelism = props.parallelism ?? 1;
    this.check(props);

    const workload = JobManager.workload(this, { cluster: this.name, image: this.image });
    this.storage = props.storage && resolveFlinkStorage(this, props.storage, workload);
    const process: FlinkProcessProps = {
      cluster: this.name,
      image: this.image,
      config: this.config(props.flinkOptions),
      storage: this.storage,
      access: this.highAvailability ? new HighAvailabilityAccess(this, 'access', workload) : undefined,
    };
    this.jobManager = new JobManager(this, 'jobmanager', { ...props.jobManager, ...process }, workload);
    this.taskManager = new TaskManager(
      this,
      'taskmanager',
      { ...props.taskManager, ...process },
      this.jobManager,
    );
    this.sqlClient = new SqlClient(
      this,
      'sql-client',
      { ...props.sqlClient, ...process, connectors: this.connectors, tables: this.tables },
      this.jobManager,
    );
    this.restUrl = `http://${workload.name}:${FLINK_PORTS.rest}`;
    this.gatewayUrl = this.sqlClient.gatewayUrl;
    for (const table of this.tables) this.reach(table);
  }

  /** REST API, for clients. */
  get restEndpoint(): PodEndpoint {
    return this.jobManager.restEndpoint;
  }

  /** SQL gateway, for clients. */
  get gatewayEndpoint(): PodEndpoint {
    return this.sqlClient.gatewayEndpoint;
  }

  /** Links the cluster to what a table reads and writes. */
  reach(table: AvroTable): void {
    for (const connector of ['kafka', 'avro-confluent'] as const) {
      if (this.connectors.includes(connector)) continue;
      invalid(this, {
        property: 'connectors',
        got: this.connectors,
        allowed: `kafka and avro-confluent among them, as table ${table.name} needs both`,
        fix: `Add '${connector}', and use an image that has it.`,
      });
    }
    this.jobManager.workload.connectTo(table.kafkaEndpoint);
    this.taskManager.workload.connectTo(table.kafkaEndpoint);
    this.taskManager.workload.connectTo(table.registryEndpoint);
  }

  /** Whether the cluster is linked to what a table reads and writes. */
  reaches({ kafkaEndpoint, registryEndpoint }: AvroTable): boolean {
    return (
      this.jobManager.workload.isConnectedTo(kafkaEndpoint) &&
      this.taskManager.workload.isConnectedTo(kafkaEndpoint) &&
      this.taskManager.workload.isConnectedTo(registryEndpoint)
    );
  }

  private config(options: FlinkSessionClusterProps['flinkOptions']): FlinkConfig {
    const { storage } = this;
    return {
      ...flinkPodsConfig({
        cluster: this.name,
        parallelism: this.parallelism,
        stateBackend: this.stateBackend,
        options,
      }),
      checkpoints: storage && {
        directory: storage.checkpoints,
        savepoints: storage.savepoints,
        intervalMs: this.checkpointInterval.toMilliseconds(),
      },
      highAvailability:
        this.highAvailability && storage
          ? { clusterId: this.name, storage: storage.highAvailability }
          : undefined,
    };
  }

  private check(props: FlinkSessionClusterProps): void {
    checkConnectors(this, this.connectors);
    checkTableNames(this, this.tables);
    requireInteger(this, 'parallelism', this.parallelism, { min: 1 });
    if (this.highAvailability && props.storage === undefined) {
      invalid(this, {
        property: 'storage',
        got: undefined,
        allowed: 'a storage that all JobManagers reach, with highAvailability',
        fix: 'Give FlinkStorage.claim(…) or FlinkStorage.url(…): the jobs themselves are kept there.',
      });
    }
    checkFlinkOptions(this, 'flinkOptions', props.flinkOptions, RESERVED);
  }
}

/** Options that no other construct makes, with what to do instead. */
const RESERVED: Readonly<Record<string, string>> = {
  'scheduler-mode': 'reactive mode gives all slots to one job, and a session cluster runs several',
  'execution.target': 'clients submit to this cluster',
  'high-availability.type': 'set highAvailability',
  'high-availability.storageDir': 'set highAvailability and storage',
  'sql-gateway.endpoint.rest.address': 'it is the Service of the SQL client',
  'sql-gateway.endpoint.rest.bind-address': 'it is every address of the pod',
  'sql-gateway.endpoint.rest.port': 'it is fixed, for the Service',
};
