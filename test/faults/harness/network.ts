/**
 * The network between one producer and the brokers: a proxy for each broker, which sees requests and answers,
 * delays answers, loses them and cuts connections.
 */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Asked, askedBy, correlationOf, Frames, transactionalIdOf } from './frames';

/** A moment of a producer's life. */
export type Moment = Asked | `answer to ${Asked}`;

/** What a producer was doing. */
export type Phase = 'starting' | 'in a transaction' | 'committing' | 'between transactions';

interface Link {
  readonly client: Socket;
  readonly broker: Socket;
  /** What was asked, by the number that the answer has. */
  readonly asked: Map<number, { readonly what: Asked; readonly id: string }>;
}

/** One producer's way to all brokers. */
export class Network {
  /** Delay of answers to rows and commits, milliseconds. */
  delay = 0;
  /** Called at each moment, before the request or the answer goes on. */
  onMoment: (moment: Moment) => void = () => undefined;
  private readonly links = new Set<Link>();
  private readonly transactions = new Map<string, 'open' | 'committing'>();
  private held: Promise<void> | undefined;
  private hasBegun = false;
  /** Called when the next answer is lost; undefined when none is to be lost. */
  private onLost: (() => void) | undefined;
  private servers: Server[] = [];

  /** @param targets ports of the brokers */
  static async open(targets: readonly number[]): Promise<Network> {
    const network = new Network();
    for (const target of targets) {
      const server = createServer((client) => network.link(client, target));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      network.servers.push(server);
    }
    return network;
  }

  /** Ports of the proxies, one for each broker. */
  get ports(): number[] {
    return this.servers.map((server) => (server.address() as AddressInfo).port);
  }

  /** What the producer is doing. */
  get phase(): Phase {
    const states = [...this.transactions.values()];
    if (states.includes('committing')) return 'committing';
    if (states.includes('open')) return 'in a transaction';
    return this.hasBegun ? 'between transactions' : 'starting';
  }

  /** Forgets the producer before. */
  reset(): void {
    this.transactions.clear();
    this.hasBegun = false;
    this.onLost = undefined;
    this.delay = 0;
    this.held = undefined;
    this.onMoment = () => undefined;
  }

  /** Keeps all answers back until the returned function is called. */
  hold(): () => void {
    let release: () => void = () => undefined;
    this.held = new Promise((resolve) => (release = resolve));
    return release;
  }

  /** Cuts all connections. Returns how many there were. */
  cut(): number {
    const { size } = this.links;
    for (const link of this.links) this.end(link);
    return size;
  }

  /** Lets the next answer to rows or to a commit be lost, with its connection; calls `onLost` then. */
  loseAnswer(onLost: () => void): void {
    this.onLost = onLost;
  }

  async close(): Promise<void> {
    this.cut();
    await Promise.all(
      this.servers.map(async (server) => {
        server.close();
        await once(server, 'close');
      }),
    );
  }

  private link(client: Socket, target: number): void {
    const link: Link = { client, broker: connect(target, '127.0.0.1'), asked: new Map() };
    this.links.add(link);
    const [requests, answers] = [new Frames(), new Frames()];
    let tail: Promise<unknown> = Promise.resolve();
    client.on('data', (chunk: Buffer) => {
      for (const frame of requests.push(chunk)) this.request(link, frame);
    });
    link.broker.on('data', (chunk: Buffer) => {
      for (const frame of answers.push(chunk)) {
        const asked = link.asked.get(correlationOf.answer(frame));
        const isSlow = this.delay > 0 && (asked?.what === 'rows' || asked?.what === 'commit');
        const due = performance.now() + (isSlow ? this.delay : 0);
        tail = tail.then(async () => {
          if (due > performance.now()) await sleep(due - performance.now());
          await this.held;
          this.answer(link, frame);
        });
      }
    });
    for (const socket of [client, link.broker]) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined); // `close` follows
      socket.on('close', () => this.end(link));
    }
  }

  private request({ asked, broker }: Link, frame: Buffer): void {
    const what = askedBy(frame);
    const id = what === 'take' || what === 'begin' || what === 'commit' ? transactionalIdOf(frame) : '';
    asked.set(correlationOf.request(frame), { what, id });
    if (what === 'take') this.hasBegun = true;
    if (what === 'begin') this.transactions.set(id, 'open');
    if (what === 'commit') this.transactions.set(id, 'committing');
    broker.write(frame);
    this.onMoment(what);
  }

  private answer(link: Link, frame: Buffer): void {
    const number = correlationOf.answer(frame);
    const { what = 'other', id = '' } = link.asked.get(number) ?? {};
    link.asked.delete(number);
    this.onMoment(`answer to ${what}`);
    if (what === 'commit') this.transactions.delete(id);
    if (this.onLost && (what === 'rows' || what === 'commit')) {
      this.onLost();
      this.onLost = undefined;
      this.end(link);
    } else if (!link.client.destroyed) link.client.write(frame);
  }

  private end(link: Link): void {
    this.links.delete(link);
    link.client.destroy();
    link.broker.destroy();
  }
}
