import { PORTS } from '../../contract';
import type { PortRange } from '../common/workload';

/** Ports of Flink's pods. All are fixed, so that NetworkPolicies can name them. */
export const FLINK_PORTS = {
  /** JobManager: REST API and dashboard. */
  rest: 8081,
  /** JobManager: RPC. */
  rpc: 6123,
  /** JobManager: large files for TaskManagers. */
  blob: 6124,
  /** TaskManager: RPC. */
  taskManagerRpc: 6122,
  /** TaskManager: data between tasks. */
  taskManagerData: 6121,
  /** Both: what the dashboard's numbers are asked by. */
  metricsQuery: 6126,
  /** Both: metrics for Prometheus. */
  metrics: 9249,
  /** SQL gateway's REST API. */
  gateway: PORTS.flinkSqlGateway,
} as const;

/**
 * Where a TaskManager listens for the JobManager to collect rows of a `SELECT`: a free port for each query, from the range that Linux
 * takes them from (net.ipv4.ip_local_port_range). Flink can fix it to one port, which lets one query at a time run.
 */
export const COLLECT_PORTS: PortRange = { first: 32768, last: 60999 };
