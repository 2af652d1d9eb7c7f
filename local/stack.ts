/**
 * The services together: started at the same time, each awaited by its own probe, watched, and stopped in
 * order.
 */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../contract/user-error';
import { isDiskFull, lastLines, looksLikeFullDisk } from './logs';
import { freePorts, isPortFree, portHolder } from '../cli/ports';
import { Child, type ChildEnd } from '../cli/child';
import { DEFAULT_PORTS, SERVICES } from './services/index';
import type { Service, ServiceContext, ServiceDefinition } from './services/service';
import type { LocalPorts, LocalSettings } from './settings';

/** How long a service may take to be ready. A slow, busy machine needs minutes. */
const READY_LIMIT_MS = 180_000;

/** How long a service may take to end by itself. Kafka flushes its logs first. */
const STOP_GRACE_MS = 15_000;

const PROBE_EVERY_MS = 100;

/** Events of the stack. */
export interface StackEvents {
  /** The services are starting; from now on they can be stopped. */
  created?(stack: LocalStack): void;
  /** A service is ready, `seconds` after its start. */
  ready(name: string, seconds: number): void;
  /** A service that was ready has ended by itself. */
  died(error: UserError): void;
}

/** A service of this stack. */
interface Member extends Service {
  readonly name: string;
  readonly stopsFirst: boolean;
  readonly startsLater: boolean;
  child?: Child;
}

export class LocalStack {
  private starting: Promise<unknown> = Promise.resolve();
  private stopping = false;

  private constructor(
    readonly settings: LocalSettings,
    private readonly java: string,
    private readonly members: readonly Member[],
    private readonly events: StackEvents,
  ) {}

  /**
   * Starts services, except those that start later. When one fails, the others are stopped before the error
   * is thrown.
   * @param definitions what to start; all services by default
   */
  static async start(
    settings: LocalSettings,
    java: string,
    events: StackEvents,
    definitions: readonly ServiceDefinition[] = SERVICES,
  ): Promise<LocalStack> {
    await checkPorts(definitions, settings.ports);
    const context: ServiceContext = { settings, java, port: await portsOf(definitions, settings.ports) };
    const members = definitions.map(({ name, stopsFirst = false, startsLater = false, create }) => ({
      ...create(context),
      name,
      stopsFirst,
      startsLater,
    }));
    const stack = new LocalStack(settings, java, members, events);
    events.created?.(stack);
    try {
      await stack.startAll(members.filter(({ startsLater }) => !startsLater));
      return stack;
    } catch (error) {
      await stack.stop();
      throw error;
    }
  }

  /** Starts the services that start later, and waits until they are ready. */
  async startLater(): Promise<void> {
    await this.startAll(this.members.filter(({ startsLater }) => startsLater));
  }

  /** Process group ids of the running services. */
  get pids(): number[] {
    return this.members.flatMap(({ child }) => (child?.isRunning ? [child.pid] : []));
  }

  /** Starts one service and waits until it is ready. */
  async startService(name: string): Promise<void> {
    const service = this.member(name);
    await service.prepare?.();
    if (this.stopping) return;
    const started = Date.now();
    const child = await Child.start({
      command: [service.program ?? this.java, ...service.args],
      cwd: this.settings.stateDir,
      env: service.env,
      logFile: this.logFile(name),
    });
    service.child = child;
    // Stopped in the meantime, when this child was not registered yet.
    if (this.stopping) await child.stop(STOP_GRACE_MS);
    await this.untilReady(service, child);
    await service.afterReady?.();
    this.events.ready(name, (Date.now() - started) / 1000);
    void this.watch(name, child);
  }

  /** Kills one service, as a crash would. For tests. */
  async killService(name: string): Promise<void> {
    const service = this.member(name);
    const { child } = service;
    delete service.child;
    child?.signal('SIGKILL');
    await child?.ended;
  }

  /**
   * Stops all services, clients before the services they use. Can be called at any time and more than once.
   */
  async stop(): Promise<void> {
    this.stopping = true;
    for (const first of [true, false]) {
      const now = this.members.filter(({ stopsFirst }) => stopsFirst === first);
      await Promise.all(now.map(async ({ child }) => child?.stop(STOP_GRACE_MS)));
    }
    await this.starting;
    for (const service of this.members) service.stopped?.();
  }

  private async startAll(members: readonly Member[]): Promise<void> {
    const starts = members.map(({ name }) => this.startService(name));
    this.starting = Promise.allSettled(starts);
    await Promise.all(starts);
  }

  private member(name: string): Member {
    const found = this.members.find((service) => service.name === name);
    if (!found) throw new Error(`there is no service ${name}`);
    return found;
  }

  private logFile(name: string): string {
    return path.join(this.settings.stateDir, 'log', `${name}.log`);
  }

  private async untilReady(service: Member, child: Child): Promise<void> {
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

  private async watch(name: string, child: Child): Promise<void> {
    const end = await child.ended;
    if (this.stopping || this.member(name).child !== child) return;
    this.events.died(await this.diedError(name, end, 'ended'));
  }

  private diedError(name: string, { code, signal }: ChildEnd, how: string): Promise<UserError> {
    return this.failure(name, `${name} ${how} (${signal ?? `exit ${code}`})`);
  }

  private async failure(name: string, message: string): Promise<UserError> {
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

/** Chooses the inner ports, and returns a function that finds a port by its name. */
async function portsOf(
  definitions: readonly ServiceDefinition[],
  ports: LocalPorts,
): Promise<(name: string) => number> {
  const names = definitions.flatMap(({ innerPorts = [] }) => innerPorts);
  const free = await freePorts(names.length);
  const all = new Map([...Object.entries(ports), ...names.map((name, i) => [name, free[i] ?? 0] as const)]);
  return (name) => {
    const port = all.get(name);
    if (port === undefined) throw new Error(`no service has a port ${name}`);
    return port;
  };
}

/** Throws when a port of these services is in use, and says by which program and how to use another port. */
async function checkPorts(definitions: readonly ServiceDefinition[], ports: LocalPorts): Promise<void> {
  for (const name of definitions.flatMap((definition) => Object.keys(definition.ports ?? {}))) {
    const port = ports[name];
    if (port === undefined || (await isPortFree(port))) continue;
    const holder = await portHolder(port);
    const other = (DEFAULT_PORTS[name] ?? port) + 10_000;
    throw new UserError(
      'SERVICE_FAILED',
      `port ${port} (${name}) is in use${holder ? ` by ${holder}` : ''}`,
      { fix: `end that program, or use another port: npm start -- --port ${name}=${other}` },
    );
  }
}
