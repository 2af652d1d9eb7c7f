import { PORTS } from '../../contract';
import type { PortRange } from '../common/workload';

/** Ports of Flink's pods. All are fixed, so that NetworkPolicies can name them. */
export const FLINK_PORTS = {
  /** JobManager: REST API and dashboard. */
  rest: 8081,
  /** JobManager: RPC. */
  rpc: 6123,
  /** JobManager: blob server, with large files for TaskManagers. */
  blob: 6124,
  /** TaskManager: RPC. */
  taskManagerRpc: 6122,
  /** TaskManager: data exchange between tasks. */
  taskManagerData: 6121,
  /** Both: query service for the metrics of the dashboard. */
  metricsQuery: 6126,
  /** Both: metrics for Prometheus. */
  metrics: 9249,
  /** REST API of the SQL gateway. */
  gateway: PORTS.flinkSqlGateway,
} as const;

/**
 * Where a TaskManager listens for the JobManager, which collects the rows of a `SELECT`: a free port per
 * query, from the range of Linux (net.ipv4.ip_local_port_range). Flink can use a fixed port instead, but then
 * only one query can run at a time.
 */
export const COLLECT_PORTS: PortRange = { first: 32768, last: 60999 };
