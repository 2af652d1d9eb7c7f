/** Forwards a port of this machine to a Service, whichever pod is behind it. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../contract/user-error';
import { isPortFree, portHolder } from '../../cli/ports';
import { Child } from '../../cli/child';
import { ROOT } from '../../cli/root';
import type { Kubectl } from '../kubectl';
import type { Address } from './addresses';

/** kubectl exits when its pod is gone; the next pod takes seconds to start. */
const RETRY_MS = 1_000;

/**
 * How often to check that the pod accepts connections: kubectl notices only at the next connection that it is
 * gone.
 */
const LOOK_MS = 3_000;

/**
 * kubectl accepts every connection, and closes it if the pod refuses it. A connection that stays open this
 * long has reached the pod.
 */
const TAKEN_MS = 500;

/** How long kubectl may take to end. */
const STOP_MS = 2_000;

/** What kubectl prints when the port is open. */
const OPEN = /^Forwarding from /m;

/** What it prints for each connection. */
const CONNECTION = /^Handling connection|^Forwarding from/;

/** Number of characters of kubectl's output that are kept, for error messages. */
const KEPT_OUTPUT = 2_000;

export interface ForwardOptions {
  /**
   * How long the first pod may take to accept connections.
   * @default 60000
   */
  readonly timeoutMs?: number;
  /**
   * Called with kubectl's reason when the connection is lost. The forward reconnects until `stop` is called.
   */
  readonly onLost?: (reason: string) => void;
  /** Called when it has reconnected, with the length of the outage in seconds. */
  readonly onBack?: (seconds: number) => void;
}

/** One forwarded port. It cannot outlive this process. */
export class Forward {
  private child: Child | undefined;
  private output = '';
  private isStopped = false;
  private keeping: Promise<void> = Promise.resolve();

  constructor(
    private readonly kubectl: Kubectl,
    private readonly address: Address,
    private readonly options: ForwardOptions = {},
  ) {}

  /**
   * Opens the port. Resolves when a pod accepts connections, or when `stop` is called.
   * @throws UserError when the port is in use, or no pod accepts connections in time
   */
  async open(): Promise<void> {
    await requireFree(this.address);
    const { timeoutMs = 60_000 } = this.options;
    const end = Date.now() + timeoutMs;
    while (!(await this.connect())) {
      if (this.isStopped) return;
      if (Date.now() > end) {
        const { name, service } = this.address;
        throw new UserError(
          'CLUSTER_FAILED',
          `${name}: no pod of service ${service} accepts connections after ${timeoutMs / 1000} s: ${this.lastWords}`,
          { fix: 'find out why with npm run wait' },
        );
      }
      await sleep(RETRY_MS);
    }
    this.keeping = this.keep();
  }

  /** Closes the port. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.child?.stop(STOP_MS);
    await this.keeping;
  }

  /** Starts kubectl once. True when the port is open, false when kubectl exited. */
  private async connect(): Promise<boolean> {
    const { service, port, localPort } = this.address;
    this.output = '';
    let tellOpen: () => void = () => undefined;
    const open = new Promise<void>((resolve) => (tellOpen = resolve)).then(() => true);
    this.child = await Child.start({
      command: this.kubectl.command(
        'port-forward',
        '--pod-running-timeout=10s',
        `service/${service}`,
        `${localPort}:${port}`,
      ),
      cwd: ROOT,
      onOutput: (text) => {
        this.output = (this.output + text).slice(-KEPT_OUTPUT);
        if (OPEN.test(this.output)) tellOpen();
      },
    });
    // It was stopped while kubectl started.
    if (this.isStopped) await this.child.stop(STOP_MS);
    return (await Promise.race([open, this.child.ended.then(() => false)])) && this.isTaken();
  }

  /** Whether the pod accepts connections. If not, kubectl is stopped. */
  private async isTaken(): Promise<boolean> {
    if (await staysOpen(this.address.localPort)) return true;
    await this.child?.stop(STOP_MS);
    this.output = 'the pod accepts no connections';
    return false;
  }

  private async keep(): Promise<void> {
    for (;;) {
      do {
        await Promise.race([this.child?.ended, sleep(LOOK_MS)]);
        if (this.isStopped) return;
      } while (this.child?.isRunning && (await this.isTaken()));
      if (this.isStopped) return;
      const lostAt = Date.now();
      this.options.onLost?.(this.lastWords);
      do {
        await sleep(RETRY_MS);
        if (this.isStopped) return;
      } while (!(await this.connect()));
      this.options.onBack?.((Date.now() - lostAt) / 1000);
    }
  }

  private get lastWords(): string {
    const lines = this.output.trim().split('\n');
    return (lines.findLast((line) => !CONNECTION.test(line)) ?? '').replace(/^error: /, '');
  }
}

async function requireFree({ name, localPort }: Address): Promise<void> {
  if (await isPortFree(localPort)) return;
  const holder = (await portHolder(localPort)) ?? 'another program';
  throw new UserError('CLUSTER_FAILED', `port ${localPort} (${name}) is in use by ${holder}`, {
    fix: 'end that program, or leave this address out by naming the others: npm run forward -- NAME…; a kind cluster of `npm run kind:up` does not need this command',
  });
}

function staysOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const tell = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.setTimeout(TAKEN_MS, () => {
      tell(true);
    });
    for (const event of ['error', 'end', 'close']) {
      socket.once(event, () => {
        tell(false);
      });
    }
    // Without reading, the end of the connection would go unnoticed.
    socket.resume();
  });
}
