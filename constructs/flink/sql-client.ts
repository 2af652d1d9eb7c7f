import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { k8s } from '../../imports';
import type { AvroTable } from '../avro-table';
import { hardenedPod, type ContainerOptions } from '../common/pod';
import { httpCheck, livenessProbe, readinessProbe, startupProbe, tcpCheck } from '../common/probes';
import { heapOptions, resolveHeap, resolveResources, type Resources } from '../common/resources';
import { type PodEndpoint, Workload } from '../common/workload';
import { ConfFolder } from './conf-folder';
import { FLINK_CONNECTORS, type FlinkConnector } from './connectors';
import type { JobManager } from './job-manager';
import { FLINK_PORTS } from './ports';
import { FLINK_GRACE_PERIOD, FLINK_SCRATCH, FLINK_UID, processName, type FlinkProcessProps } from './process';
import { PREPARE_SQL_CLIENT, SQL_CLIENT_WRAPPER } from './scripts';

/** The pod of the SQL gateway, and of the SQL prompt. */
export interface SqlClientOptions {
  /**
   * Heap of the gateway.
   * @default Size.mebibytes(256)
   */
  readonly heap?: Size;
  /**
   * CPU and memory of the pod.
   * @default - 100m to 1 CPU, 304 to 896 MiB: room for the gateway and a prompt or two
   */
  readonly resources?: Resources;
  /**
   * SQL statements that a prompt begins with, after the tables, each with its semicolon.
   * @default - none
   */
  readonly init?: string;
}

export interface SqlClientProps extends FlinkProcessProps, SqlClientOptions {
  readonly connectors: readonly FlinkConnector[];
  readonly tables: readonly AvroTable[];
}

const RESOURCES: Required<Resources> = {
  cpuRequest: Cpu.millis(100),
  cpuLimit: Cpu.units(1),
  memoryRequest: Size.mebibytes(304),
  memoryLimit: Size.mebibytes(896),
};

const SQL_VOLUME = 'sql';
const SQL_FOLDER = '/etc/flink-sql';
const BIN_VOLUME = 'bin';
const BIN_FOLDER = '/opt/flink/bin';

/**
 * Deployment, Service and configuration of the SQL gateway. `kubectl exec -it deploy/flink-sql-client -- /opt/flink/bin/sql-client.sh`
 * opens a prompt at it that has the tables.
 */
export class SqlClient extends Construct {
  /** The gateway's pods: labels, selector and links. */
  readonly workload: Workload;
  /** Heap of the gateway. */
  readonly heap: Size;
  /** CPU and memory of the pod. */
  readonly resources: Required<Resources>;
  /** What a prompt runs first. */
  readonly init: string;
  /** Base address of the gateway's REST API. */
  readonly gatewayUrl: string;
  /** SQL gateway, for clients. */
  readonly gatewayEndpoint: PodEndpoint;
  /**
   * Configuration for clients of the cluster.
   * @internal
   */
  readonly conf: ConfFolder;

  /** @internal Made by `FlinkSessionCluster`. */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: SqlClientProps,
    jobManager: JobManager,
  ) {
    super(scope, id);
    this.resources = resolveResources(scope, props.resources, RESOURCES, 'sqlClient.resources');
    this.heap = resolveHeap(
      scope,
      props.heap ?? Size.mebibytes(256),
      this.resources.memoryLimit,
      'sqlClient.heap',
    );
    this.workload = new Workload(scope, 'sql-client-workload', {
      name: processName(props.cluster, 'sql-client'),
      app: 'flink',
      component: 'sql-client',
      image: props.image,
    });
    this.init = initScript(props);
    this.gatewayUrl = `http://${this.workload.name}:${FLINK_PORTS.gateway}`;
    this.gatewayEndpoint = this.workload.endpoint(FLINK_PORTS.gateway);
    this.conf = new ConfFolder(this, 'conf', {
      owner: scope,
      workload: this.workload,
      config: this.config(),
    });
    this.workload.connectTo(jobManager.restEndpoint);
    this.makeSqlFolder();
    this.makeDeployment();
    this.makeService();
  }

  /** Clients find the JobManager by its Service, whoever leads: they need no high availability of their own. */
  private config(): SqlClientProps['config'] {
    const { config } = this.props;
    return {
      ...config,
      highAvailability: undefined,
      ports: { rest: FLINK_PORTS.rest },
      options: {
        ...config.options,
        'execution.target': 'remote',
        'sql-gateway.endpoint.rest.address': this.workload.name,
        'sql-gateway.endpoint.rest.bind-address': '0.0.0.0',
        'sql-gateway.endpoint.rest.port': FLINK_PORTS.gateway,
      },
    };
  }

  private makeSqlFolder(): void {
    new k8s.KubeConfigMap(this, 'sql', {
      metadata: this.workload.metadata(`${this.workload.name}-sql`),
      data: { 'init.sql': this.init, 'prepare.sh': PREPARE_SQL_CLIENT, 'sql-client.sh': SQL_CLIENT_WRAPPER },
    });
  }

  private makeDeployment(): void {
    const ready = httpCheck('/v1/info', 'gateway');
    const sql = { name: SQL_VOLUME, mountPath: SQL_FOLDER, readOnly: true };
    const container: ContainerOptions = {
      name: 'sql-gateway',
      image: this.props.image,
      command: [`${BIN_FOLDER}/sql-gateway.sh`, 'start-foreground'],
      env: {
        ...this.conf.env,
        JVM_ARGS: heapOptions(this.heap),
        SQL_GATEWAY: `http://localhost:${FLINK_PORTS.gateway}`,
        SQL_INIT: `${SQL_FOLDER}/init.sql`,
      },
      ports: { gateway: FLINK_PORTS.gateway },
      resources: this.resources,
      startupProbe: startupProbe(ready, Duration.minutes(3)),
      readinessProbe: readinessProbe(ready),
      livenessProbe: livenessProbe(tcpCheck('gateway')),
      mounts: [this.conf.mount, sql],
      scratch: { ...FLINK_SCRATCH, [BIN_VOLUME]: BIN_FOLDER },
    };
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: this.workload.metadata(),
      spec: {
        replicas: 1,
        selector: { matchLabels: { ...this.workload.selector } },
        strategy: { type: 'Recreate' },
        template: {
          metadata: this.workload.podMetadata([
            this.conf.files,
            this.init,
            PREPARE_SQL_CLIENT,
            SQL_CLIENT_WRAPPER,
          ]),
          spec: hardenedPod(this, {
            uid: FLINK_UID,
            gracePeriod: FLINK_GRACE_PERIOD,
            volumes: [
              this.conf.volume,
              { name: SQL_VOLUME, configMap: { name: `${this.workload.name}-sql` } },
            ],
            initContainers: [this.prepare(sql)],
            containers: [container],
          }),
        },
      },
    });
  }

  /** Puts the prompt with the tables in the place of `sql-client.sh`, and says which connectors the image lacks. */
  private prepare(sql: k8s.VolumeMount): ContainerOptions {
    return {
      name: 'prepare',
      image: this.props.image,
      command: ['bash', `${SQL_FOLDER}/prepare.sh`],
      args: this.props.connectors.map((connector) => FLINK_CONNECTORS[connector]),
      resources: this.resources,
      mounts: [sql],
      scratch: { [BIN_VOLUME]: '/bin-with-tables' },
    };
  }

  private makeService(): void {
    new k8s.KubeService(this, 'service', {
      metadata: this.workload.metadata(),
      spec: {
        selector: { ...this.workload.selector },
        ports: [
          {
            name: 'gateway',
            port: FLINK_PORTS.gateway,
            targetPort: k8s.IntOrString.fromString('gateway'),
            protocol: 'TCP',
          },
        ],
      },
    });
  }
}

function initScript({ tables, init }: SqlClientProps): string {
  const statements = ["SET 'sql-client.execution.result-mode' = 'tableau'", ...tables.map(({ ddl }) => ddl)];
  return `${statements.map((statement) => `${statement};\n`).join('\n')}${init === undefined ? '' : `\n${init.trim()}\n`}`;
}
