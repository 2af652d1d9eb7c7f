/**
 * Publishes units as they are found, for as long as it takes: what an outage of Kafka or the registry
 * interrupts is published when they are back.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { describeError, hasCode, type UserErrorCode } from '../../contract/user-error';
import type { Unit } from '../archive/units';
import {
  connectExactlyOnce,
  type ConnectOptions,
  type ExactlyOnce,
  ingestOver,
} from '../exactly-once/connect';
import type { Ingest, IngestOptions } from '../exactly-once/ingest';
import type { Reissues, UnitResult } from '../exactly-once/unit-publisher';
import type { ReadReport } from '../report';

/** First and longest pause after a failure, milliseconds. */
const FIRST_PAUSE = 1_000;
const MAX_PAUSE = 30_000;

/** Failures that pass by themselves, or when somebody starts a service again. */
const PASSING: readonly UserErrorCode[] = [
  'KAFKA_UNREACHABLE',
  'NOT_ACKNOWLEDGED',
  'REGISTRY_UNREACHABLE',
  'TOPIC_RECREATED',
];

/** A unit whose files are here. */
export interface FetchedUnit {
  readonly unit: Unit;
  /** Address of the source that it is from. */
  readonly source: string;
  /** Called when it is committed. */
  readonly release: () => Promise<void>;
}

/** How to publish. */
export interface WatchPublisherOptions extends ConnectOptions, Pick<IngestOptions, 'observer'> {
  readonly reissues: Reissues;
  readonly report: ReadReport;
  readonly signal: AbortSignal;
  /** Told what becomes of each unit when it is committed. */
  readonly onUnit: (fetched: FetchedUnit, result: UnitResult) => void;
  /** Told after each attempt whether Kafka and the registry did what was asked. */
  readonly onAttempt: (succeeded: boolean) => void;
}

/** Publishes one unit after another. */
export class WatchPublisher {
  private connection: ExactlyOnce | undefined;
  private ingest: Ingest | undefined;
  private failures = 0;
  /** What is being published. */
  private units: readonly FetchedUnit[] = [];

  constructor(private readonly options: WatchPublisherOptions) {}

  /**
   * Publishes units and resolves when they are committed, or when the signal is aborted. Throws a UserError
   * that does not pass by itself, for example when another producer has taken over a station.
   */
  async publish(units: readonly FetchedUnit[]): Promise<void> {
    const { signal, onAttempt } = this.options;
    this.units = units;
    for (;;) {
      try {
        const ingest = await this.connect();
        for (const { unit } of units) {
          if (signal.aborted) break;
          await ingest.publish(unit);
        }
        await ingest.flush();
        this.failures = 0;
        onAttempt(true);
        break;
      } catch (error) {
        if (signal.aborted) break;
        if (!PASSING.some((code) => hasCode(error, code))) throw error;
        await this.waitAfter(error);
      }
    }
    for (const { release } of units) await release();
  }

  /** Connects, so that a wrong address is known before anything is found. Throws a UserError. */
  async connect(): Promise<Ingest> {
    if (this.ingest) return this.ingest;
    const { signal, onUnit, onAttempt } = this.options;
    this.connection = await connectExactlyOnce({ ...this.options, stop: signal });
    this.ingest = ingestOver(this.connection, {
      ...this.options,
      again: false,
      reading: { signal },
      onUnit: (unit, result) =>
        onUnit(
          this.units.find((one) => one.unit === unit)!,
          result,
        ),
    });
    onAttempt(true);
    return this.ingest;
  }

  /** Aborts what is not committed, and closes the connection. */
  async close(): Promise<void> {
    const { ingest, connection } = this;
    this.ingest = undefined;
    this.connection = undefined;
    await ingest?.close();
    await connection?.close();
  }

  private async waitAfter(error: unknown): Promise<void> {
    const { log, signal, onAttempt } = this.options;
    onAttempt(false);
    const pause = Math.min(FIRST_PAUSE * 2 ** this.failures, MAX_PAUSE);
    this.failures += 1;
    log.error(`${describeError(error)}; trying again in ${pause / 1_000} s`);
    await this.close();
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}
