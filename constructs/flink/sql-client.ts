import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { k8s } from '../../imports';
import type { AvroTable } from '../avro-table';
import type { ContainerOptions } from '../common/container';
import { podTemplate } from '../common/pod';
import { httpCheck, livenessProbe, readinessProbe, startupProbe, tcpCheck } from '../common/probes';
import { heapOptions, resolveHeap, resolveResources, type Resources } from '../common/resources';
import { readScript } from '../common/script';
import { type PodEndpoint, Workload } from '../common/workload';
import { ConfFolder } from './conf-folder';
import { FLINK_CONNECTORS, type FlinkConnector } from './connectors';
import { FLINK_HOME, FLINK_SCRATCH, FLINK_UID } from './image';
import type { JobManager } from './job-manager';
import { FLINK_PORTS } from './ports';
import { FLINK_GRACE_PERIOD, processName, type FlinkPodOptions, type FlinkProcessProps } from './process';

/** Options of the pod of the SQL gateway and the SQL prompt. */
export interface SqlClientOptions {
  /**
   * Heap of the gateway.
   * @default Size.mebibytes(256)
   */
  readonly heap?: Size;
  /**
   * CPU and memory of the pod.
   * @default - 100m to 1 CPU, 304 to 896 MiB: enough for the gateway and one or two prompts
   */
  readonly resources?: Resources;
  /**
   * SQL statements that a prompt runs first, after the tables are created. Each ends with a semicolon.
   * @default - none
   */
  readonly init?: string;
  /**
   * Where the pod runs, and its labels, variables, volumes and other containers, in addition to what the
   * cluster's `pod` sets.
   * @default - what the cluster's `pod` sets
   */
  readonly pod?: FlinkPodOptions;
}

export interface SqlClientProps extends FlinkProcessProps, Omit<SqlClientOptions, 'pod'> {
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
const BIN_FOLDER = `${FLINK_HOME}/bin`;
const COPY_FOLDER = '/bin-with-tables';

/**
 * Deployment, Service and configuration of the SQL gateway. This command opens a prompt that has the tables:
 * `kubectl exec -it deploy/flink-sql-client -- /opt/flink/bin/sql-client.sh`
 */
export class SqlClient extends Construct {
  /** The gateway's pods: labels, selector and links. */
  readonly workload: Workload;
  /** Heap of the gateway. */
  readonly heap: Size;
  /** CPU and memory of the pod. */
  readonly resources: Required<Resources>;
  /** SQL statements that a prompt runs first. */
  readonly init: string;
  /** Address of the gateway's REST API. */
  readonly gatewayUrl: string;
  /** SQL gateway, for clients. */
  readonly gatewayEndpoint: PodEndpoint;
  /**
   * Configuration for clients of the cluster.
   * @internal
   */
  readonly conf: ConfFolder;
  /** The prompt's statements, and the scripts of the pod, by file name. */
  private readonly files: Readonly<Record<string, string>>;

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
    this.files = {
      'init.sql': this.init,
      'prepare.sh': readScript('flink/scripts/prepare-sql-client.sh'),
      'sql-client.sh': readScript('flink/scripts/sql-client.sh'),
    };
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

  /** Clients find the leading JobManager by its Service, so they need no high availability settings. */
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
      data: { ...this.files },
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
        FLINK_HOME,
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
        template: podTemplate(this, this.workload, {
          pod: this.props.pod,
          property: this.props.podProperty,
          uid: FLINK_UID,
          gracePeriod: FLINK_GRACE_PERIOD,
          volumes: [this.conf.volume, { name: SQL_VOLUME, configMap: { name: `${this.workload.name}-sql` } }],
          initContainers: [this.prepare(sql)],
          containers: [container],
        }),
      },
    });
  }

  /**
   * Replaces `sql-client.sh` by the prompt with the tables, and reports connectors that the image does not
   * have.
   */
  private prepare(sql: k8s.VolumeMount): ContainerOptions {
    return {
      name: 'prepare',
      image: this.props.image,
      command: ['bash', `${SQL_FOLDER}/prepare.sh`],
      args: this.props.connectors.map((connector) => FLINK_CONNECTORS[connector]),
      env: { FLINK_HOME, SQL_FOLDER, BIN_FOLDER: COPY_FOLDER },
      resources: this.resources,
      mounts: [sql],
      scratch: { [BIN_VOLUME]: COPY_FOLDER },
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
