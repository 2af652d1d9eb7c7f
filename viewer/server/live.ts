/**
 * Server-sent events: rows as they arrive. A browser that does not read as fast as rows come has no queue
 * here: what it missed is remembered as a period, and once it reads again, it gets that period in buckets.
 */
import type { ServerResponse } from 'node:http';
import type { LiveRows } from '../api';
import type { Selection } from './http/queries';
import { series } from './store/series';
import type { Change, Store } from './store/store';

/** Rows or buckets of an event. */
const EVENT_POINTS = 1_200;
/** How often something is sent, so that proxies and browsers keep the connection. */
const HEARTBEAT_MS = 15_000;

/** What a connection is sent. */
interface Subscriber {
  readonly response: ServerResponse;
  readonly isBlocked: () => boolean;
  /** What it shows; undefined for the list of stations. */
  readonly selection?: Selection;
  /** What it has to be sent once it reads again: instants, ends included. */
  missed?: { first: number; last: number; isNewer: boolean };
}

export class Live {
  private readonly subscribers = new Set<Subscriber>();
  private readonly heartbeat: NodeJS.Timeout;

  /** @param most number of connections at the same time */
  constructor(
    private readonly store: () => Store | undefined,
    private readonly most: number,
  ) {
    this.heartbeat = setInterval(() => this.beat(), HEARTBEAT_MS).unref();
  }

  get isFull(): boolean {
    return this.subscribers.size >= this.most;
  }

  get connections(): number {
    return this.subscribers.size;
  }

  /** Sends events over a response until it is closed. */
  add(response: ServerResponse, selection?: Selection): void {
    const subscriber: Subscriber = {
      response,
      isBlocked: () => response.writableNeedDrain,
      ...(selection ? { selection } : {}),
    };
    this.subscribers.add(subscriber);
    response.on('close', () => this.subscribers.delete(subscriber));
    response.on('drain', () => void this.catchUp(subscriber));
    response.write(': connected\n\n');
  }

  /** Tells those who watch the streams. */
  take(changes: readonly Change[]): void {
    const answers = new Map<string, Promise<string>>();
    for (const { stream, rows, isNewer } of changes) {
      const first = isNewer ? rows.time[0]! : rows.time.reduce((a, b) => Math.min(a, b));
      const last = isNewer ? rows.time.at(-1)! : rows.time.reduce((a, b) => Math.max(a, b));
      for (const subscriber of this.subscribers) {
        const { selection } = subscriber;
        if (selection?.stream.site !== stream.site || selection.stream.session !== stream.session) continue;
        if (subscriber.isBlocked() || subscriber.missed) {
          const before = subscriber.missed ?? { first, last, isNewer };
          subscriber.missed = {
            first: Math.min(before.first, first),
            last: Math.max(before.last, last),
            isNewer: before.isNewer && isNewer,
          };
        } else void this.send(subscriber, { first, last, isNewer }, answers);
      }
    }
  }

  /** Sends an event to all who watch the list of stations and read as fast as it comes. */
  sendStations(json: string): void {
    for (const { selection, response, isBlocked } of this.subscribers) {
      if (!selection && !isBlocked()) response.write(eventText('stations', json));
    }
  }

  get hasStationWatchers(): boolean {
    return [...this.subscribers].some(({ selection }) => !selection);
  }

  close(): void {
    clearInterval(this.heartbeat);
    for (const { response } of this.subscribers) response.end();
  }

  private async catchUp(subscriber: Subscriber): Promise<void> {
    const { missed } = subscriber;
    delete subscriber.missed;
    if (missed) await this.send(subscriber, missed, new Map());
  }

  private async send(
    subscriber: Subscriber,
    { first, last, isNewer }: { readonly first: number; readonly last: number; readonly isNewer: boolean },
    answers: Map<string, Promise<string>>,
  ): Promise<void> {
    const { response, selection } = subscriber;
    if (!isNewer) {
      response.write(eventText('reload', JSON.stringify({ start: first, end: last })));
      return;
    }
    const { stream, channels, unit } = selection!;
    // Browsers that show the same share the answer.
    const key = JSON.stringify([stream.stream, channels, unit, first]);
    let answer = answers.get(key);
    if (!answer) answers.set(key, (answer = this.rows(selection!, first, last)));
    try {
      response.write(eventText('rows', await answer));
    } catch {
      // The store is being replaced: what is shown has to be asked for again.
      response.write(eventText('reload', JSON.stringify({ start: first, end: last })));
    }
  }

  private async rows(selection: Selection, first: number, last: number): Promise<string> {
    const store = this.store();
    if (!store) throw new Error('there is no store');
    const { site } = selection.stream;
    const { bucketMs, time, channels } = await series(store.database, {
      ...{ ...selection, constants: store.constantsOf(site) },
      ...{ start: first, end: last + 1, points: EVENT_POINTS },
    });
    return JSON.stringify({ bucketMs, time, channels } satisfies LiveRows);
  }

  private beat(): void {
    for (const { response, isBlocked } of this.subscribers) if (!isBlocked()) response.write(': alive\n\n');
  }
}

function eventText(event: string, json: string): string {
  return `event: ${event}\ndata: ${json}\n\n`;
}
