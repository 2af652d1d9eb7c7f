/** Answers Kubernetes' probes and Prometheus on one port. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InvalidArgumentError } from 'commander';
import { portHolder } from '../../cli/ports';
import { UserError } from '../../contract/user-error';
import type { WatchMetrics } from './metrics';

/** Where to listen. */
export interface ListenAddress {
  /** Name or address; an IPv6 address is without brackets. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

/** Parses `HOST:PORT` or `[IPv6]:PORT`, for commander. */
export function listenAddress(text: string): ListenAddress {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host !== undefined && port <= 65_535) return { host, port };
  throw new InvalidArgumentError('Expected HOST:PORT, for example 0.0.0.0:9400 or localhost:9400.');
}

/**
 * `/healthz` answers 200 as long as the process works at all: an outage of Kafka or a source is no reason for
 * a restart. `/readyz` answers 200 when every condition holds, else 503; its lines say which.
 * `/readyz/CONDITION` answers for one of them. `/metrics` is for Prometheus.
 */
export class MonitoringServer {
  /** What does not hold, by condition; undefined for what holds. */
  private readonly conditions = new Map<string, string | undefined>();

  private constructor(
    private readonly server: Server,
    private readonly metrics: WatchMetrics,
  ) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.answer(request, response).catch((error: unknown) => {
        response.writeHead(500, { 'content-type': 'text/plain' }).end(`${(error as Error).message}\n`);
      });
    });
  }

  /**
   * Starts to listen.
   *
   * @param conditions names of what must hold before it is ready; at first, nothing holds
   * @throws UserError `SERVICE_FAILED` when the port cannot be used
   */
  static async start(
    { host, port }: ListenAddress,
    metrics: WatchMetrics,
    conditions: readonly string[],
  ): Promise<MonitoringServer> {
    const server = createServer();
    server.listen(port, host);
    try {
      await once(server, 'listening');
    } catch (error) {
      const holder = await portHolder(port);
      throw new UserError(
        'SERVICE_FAILED',
        `cannot listen on ${host}:${port}: ${(error as Error).message}${holder === undefined ? '' : `; it is used by ${holder}`}`,
        { fix: 'give another address with --listen HOST:PORT', cause: error },
      );
    }
    const monitoring = new MonitoringServer(server, metrics);
    for (const condition of conditions) monitoring.fails(condition, 'not yet');
    return monitoring;
  }

  /** The port that it listens on. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** A condition holds. */
  holds(condition: string): void {
    this.conditions.set(condition, undefined);
  }

  /** A condition does not hold, and why. */
  fails(condition: string, reason: string): void {
    this.conditions.set(condition, reason);
  }

  /** Stops to listen and ends the connections. */
  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private async answer({ method, url = '' }: IncomingMessage, response: ServerResponse): Promise<void> {
    const send = (status: number, text: string, type = 'text/plain; charset=utf-8'): void => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
      response.end(method === 'HEAD' ? undefined : text);
    };
    if (method !== 'GET' && method !== 'HEAD') {
      send(405, 'only GET and HEAD\n');
      return;
    }
    const path = url.replace(/\?.*$/, '');
    const asked = [...this.conditions].filter(([name]) => ['/readyz', `/readyz/${name}`].includes(path));
    if (asked.length > 0) {
      const isReady = asked.every(([, reason]) => reason === undefined);
      send(isReady ? 200 : 503, asked.map(([name, reason]) => `${name}: ${reason ?? 'ok'}\n`).join(''));
      return;
    }
    switch (path) {
      case '/healthz':
        send(200, 'ok\n');
        break;
      case '/metrics':
        send(200, await this.metrics.text(), this.metrics.contentType);
        break;
      default:
        send(404, 'there are /healthz, /readyz and /metrics\n');
    }
  }
}
