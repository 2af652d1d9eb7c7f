/** The services together: started at the same time, each awaited by its own probe, watched, and stopped in order. */
import type { Server } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../contract/user-error';
import { isDiskFull, lastLines, looksLikeFullDisk } from './logs';
import { freePorts, isPortFree, portHolder } from '../cli/ports';
import { Child, type ChildEnd } from '../cli/child';
import { flinkServices } from './services/flink';
import { kafkaService } from './services/kafka';
import { startRegistryProxy } from './services/registry-proxy';
import { registryService } from './services/registry';
import type { Service, ServiceContext, ServiceName } from './services/service';
import { DEFAULT_PORTS, type LocalPorts, type LocalSettings } from './settings';

/** How long a service may take to be ready. A slow, busy machine needs minutes. */
const READY_LIMIT_MS = 180_000;

/** How long a service may take to end by itself. Kafka flushes its logs first. */
const STOP_GRACE_MS = 15_000;

const PROBE_EVERY_MS = 150;

/** Events of the stack. */
export interface StackEvents {
  /** The services are starting; from now on they can be stopped. */
  created?(stack: LocalStack): void;
  /** A service is ready, `seconds` after its start. */
  ready(name: ServiceName, seconds: number): void;
  /** A service that was ready has ended by itself. */
  died(error: UserError): void;
}

export class LocalStack {
  private readonly children = new Map<ServiceName, Child>();
  private proxy: Server | undefined;
  private starting: Promise<unknown> = Promise.resolve();
  private stopping = false;

  private constructor(
    readonly settings: LocalSettings,
    private readonly java: string,
    private readonly services: readonly Service[],
    private readonly events: StackEvents,
  ) {}

  /**
   * Starts all services, or those in `only`. When one fails, the others are stopped before the error is thrown.
   */
  static async start(
    settings: LocalSettings,
    java: string,
    events: StackEvents,
    only?: readonly ServiceName[],
  ): Promise<LocalStack> {
    await checkPorts(settings.ports);
    const [kafkaController = 0, apicurio = 0, flinkRpc = 0] = await freePorts(3);
    const context: ServiceContext = { settings, java, inner: { kafkaController, apicurio, flinkRpc } };
    const all = [registryService(context), ...flinkServices(context), kafkaService(context)];
    const services = all.filter(({ name }) => only?.includes(name) ?? true);
    const stack = new LocalStack(settings, java, services, events);
    events.created?.(stack);
    try {
      stack.proxy = await startRegistryProxy(settings.ports.registry, apicurio);
      const starts = services.map((service) => stack.startService(service.name));
      stack.starting = Promise.allSettled(starts);
      await Promise.all(starts);
      return stack;
    } catch (error) {
      await stack.stop();
      throw error;
    }
  }

  /** Process group ids of the running services. */
  get pids(): number[] {
    return [...this.children.values()].filter((child) => child.isRunning).map((child) => child.pid);
  }

  /** Starts one service and waits until it is ready. */
  async startService(name: ServiceName): Promise<void> {
    const service = this.service(name);
    await service.prepare?.();
    if (this.stopping) return;
    const started = Date.now();
    const child = await Child.start({
      name,
      command: [this.java, ...service.args],
      cwd: this.settings.stateDir,
      env: service.env,
      logFile: this.logFile(name),
    });
    this.children.set(name, child);
    // Stopped in the meantime, when this child was not registered yet.
    if (this.stopping) await child.stop(STOP_GRACE_MS);
    await this.untilReady(service, child);
    await service.afterReady?.();
    this.events.ready(name, (Date.now() - started) / 1000);
    void this.watch(name, child);
  }

  /** Kills one service, as a crash would. For tests. */
  async killService(name: ServiceName): Promise<void> {
    const child = this.children.get(name);
    this.children.delete(name);
    child?.signal('SIGKILL');
    await child?.ended;
  }

  /** Stops all services, Flink before the services it reads from. Can be called at any time and more than once. */
  async stop(): Promise<void> {
    this.stopping = true;
    const order: ServiceName[][] = [
      ['flink-sql-gateway', 'flink-taskmanager', 'flink-jobmanager'],
      ['registry', 'kafka'],
    ];
    for (const names of order) {
      await Promise.all(names.map(async (name) => this.children.get(name)?.stop(STOP_GRACE_MS)));
    }
    await this.starting;
    this.proxy?.closeAllConnections();
    this.proxy?.close();
  }

  private service(name: ServiceName): Service {
    const service = this.services.find((s) => s.name === name);
    if (!service) throw new Error(`there is no service ${name}`);
    return service;
  }

  private logFile(name: ServiceName): string {
    return path.join(this.settings.stateDir, 'log', `${name}.log`);
  }

  private async untilReady(service: Service, child: Child): Promise<void> {
    const limit = Date.now() + READY_LIMIT_MS;
    let why: unknown = 'no response';
    while (!this.stopping) {
      if (!child.isRunning)
        throw await this.diedError(service.name, await child.ended, 'ended while it was starting');
      try {
        if (await service.ready()) return;
      } catch (error) {
        why = error;
      }
      if (Date.now() > limit) {
        const reason = why instanceof Error ? why.message : String(why);
        throw await this.failure(
          service.name,
          `${service.name} was not ready after ${READY_LIMIT_MS / 1000} s (${reason})`,
        );
      }
      await sleep(PROBE_EVERY_MS);
    }
    throw new UserError('SERVICE_FAILED', `${service.name} was stopped while it was starting`, {
      fix: 'start again',
    });
  }

  private async watch(name: ServiceName, child: Child): Promise<void> {
    const end = await child.ended;
    if (this.stopping || this.children.get(name) !== child) return;
    this.events.died(await this.diedError(name, end, 'ended'));
  }

  private diedError(name: ServiceName, { code, signal }: ChildEnd, how: string): Promise<UserError> {
    return this.failure(name, `${name} ${how} (${signal ?? `exit ${code}`})`);
  }

  private async failure(name: ServiceName, message: string): Promise<UserError> {
    const file = this.logFile(name);
    const lines = await lastLines(file);
    const full = looksLikeFullDisk(lines) || (await isDiskFull(this.settings.stateDir));
    return new UserError(
      'SERVICE_FAILED',
      full ? `${message}: the disk of ${this.settings.stateDir} is full` : message,
      {
        fix: full
          ? 'free some space on that disk, then start again'
          : 'read its log; if its data is corrupt, delete it with `npm run local:clean`',
        log: { file: file, lines: lines },
      },
    );
  }
}

/** Throws when a port is in use, and says by which program and how to use another port. */
async function checkPorts(ports: LocalPorts): Promise<void> {
  for (const [name, port] of Object.entries(ports) as [keyof LocalPorts, number][]) {
    if (await isPortFree(port)) continue;
    const holder = await portHolder(port);
    const other = DEFAULT_PORTS[name] + 10_000;
    throw new UserError(
      'SERVICE_FAILED',
      `port ${port} (${name}) is in use${holder ? ` by ${holder}` : ''}`,
      { fix: `end that program, or use another port: npm start -- --port ${name}=${other}` },
    );
  }
}
