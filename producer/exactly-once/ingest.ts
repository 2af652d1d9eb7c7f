/**
 * Publishes units, each of their rows exactly once: what is committed already is skipped, and what is not
 * committed is read and published again.
 */
import { UserError } from '../../contract/user-error';
import type { Unit } from '../archive/units';
import { TransactionLost } from '../publish/transaction-lost';
import type { ReadReport } from '../report';
import { addOutcomes, noOutcomes, type Outcomes } from '../publish/outcomes';
import { type Station, Stations, type StationsOptions } from './stations';
import {
  type Attempt,
  UnitChanged,
  type UnitOptions,
  UnitPublisher,
  type UnitResult,
} from './unit-publisher';

/**
 * Rows after which units that are published are committed, and the longest time until then while more are
 * read, milliseconds. Small archives are committed together, because a commit takes as long as some thousand
 * rows.
 */
const GROUP_ROWS = 40_000;
const GROUP_AGE = 1_000;
/** Transactions in a row that may be lost before it is given up. */
const MOST_LOST = 5;

/** How to publish. */
export interface IngestOptions extends Omit<StationsOptions, 'log'>, Omit<UnitOptions, 'stations'> {
  /** Publish also what is already published. */
  readonly again: boolean;
  /** Total of what is read and committed. */
  readonly report: ReadReport;
  /** Told what becomes of each unit when it is committed. @default - nobody */
  readonly onUnit?: (unit: Unit, result: UnitResult) => void;
}

/** A unit that is not committed as a whole. */
interface OpenUnit {
  attempt: Attempt;
  /** Undefined until it is published. */
  result: UnitResult | undefined;
}

/** A commit that Kafka has not answered yet. */
interface Commit {
  readonly units: readonly OpenUnit[];
  readonly done: Promise<void>;
}

/** Publishes units one after another. */
export class Ingest {
  private readonly stations: Stations;
  private readonly publisher: UnitPublisher;
  private open: OpenUnit[] = [];
  /** The last commit, while it is under way. The next unit is read meanwhile, and sent after it. */
  private committing: Commit | undefined;
  private current: ReadReport | undefined;
  private readonly total = noOutcomes();
  private lost = 0;

  constructor(private readonly options: IngestOptions) {
    this.stations = new Stations({ ...options, log: options.progressLog });
    this.publisher = new UnitPublisher({ ...options, stations: this.stations });
  }

  /** What became of the units that are committed. */
  get outcomes(): Readonly<Outcomes> {
    return this.total;
  }

  /** Reports of all that was read so far, committed or not. */
  get reports(): readonly ReadReport[] {
    const units = [...(this.committing?.units ?? []), ...this.open];
    const open = units.map(({ result }) => result?.report).filter((report) => report !== undefined);
    return [this.options.report, ...open, ...(this.current ? [this.current] : [])];
  }

  /**
   * Publishes a unit. It may be committed later, with others. Throws a UserError when it cannot be published;
   * what is committed by then stays.
   */
  async publish(unit: Unit): Promise<void> {
    this.open.push({ attempt: { unit, again: this.options.again, isRepeated: false }, result: undefined });
    await this.untilDone(async () => {
      await this.publishOpen();
      if (this.isDue) await this.commit();
    });
  }

  /** Commits all that is published. Throws as `publish` does. */
  flush(): Promise<void> {
    return this.untilDone(async () => {
      await this.publishOpen();
      await this.commit();
      await this.settle();
    });
  }

  /** Aborts what is not committed. */
  close(): Promise<void> {
    return this.stations.abort();
  }

  private get isDue(): boolean {
    const { open } = this.stations;
    // A unit with rows of several stations is committed before the next one begins: a part of the next one
    // must not be committed together with the progress that says that this one is done.
    if (open.length !== 1) return true;
    return open.some(({ writer }) => writer.uncommittedRows >= GROUP_ROWS || writer.age >= GROUP_AGE);
  }

  private async publishOpen(): Promise<void> {
    for (const open of this.open) {
      if (open.result) continue;
      open.result = await this.publisher.publish(open.attempt, (report) => (this.current = report));
      this.current = undefined;
      if (open.result.error !== undefined) throw open.result.error;
    }
  }

  /** Does the work again, from what is committed, when a transaction is lost. */
  private async untilDone(work: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        await work();
        return;
      } catch (error) {
        this.current = undefined;
        await this.recover(error);
      }
    }
  }

  private async recover(failure: unknown): Promise<void> {
    const { log, report } = this.options;
    const error = await this.causeOf(failure);
    if (error instanceof UnitChanged) {
      report.add(error.damage);
      this.open = this.open.filter(({ attempt: { unit } }) => unit.files[0]!.path !== error.damage.file);
    } else if (error instanceof TransactionLost && this.lost < MOST_LOST) {
      this.lost += 1;
      log.warn(`${error.message}: publishing its rows again`);
    } else if (error instanceof TransactionLost) {
      throw new UserError('NOT_ACKNOWLEDGED', `${error.message}, ${MOST_LOST + 1} times in a row`, {
        fix: 'see the log of the brokers, or give a longer --transaction-timeout',
        cause: error,
      });
    } else {
      throw error;
    }
    await this.stations.abort();
    const units = [...(this.committing?.units ?? []), ...this.open];
    this.committing = undefined;
    this.open = units.map(({ attempt }) => ({
      attempt: { ...attempt, isRepeated: true },
      result: undefined,
    }));
  }

  /**
   * What a failure comes from: when the commit that was under way has failed too, what followed
   * failed because of it.
   */
  private async causeOf(failure: unknown): Promise<unknown> {
    try {
      await this.settle();
      return failure;
    } catch (error) {
      return error;
    }
  }

  /**
   * Starts to commit what is published. With rows of several stations it also waits for the end, and commits
   * the station that the name of the last unit gives after the others.
   */
  private async commit(): Promise<void> {
    await this.settle();
    const { open: units } = this;
    const { open } = this.stations;
    const last = units.at(-1)?.attempt.unit.stream?.site;
    const isLast = ({ writer }: Station): boolean => writer.site === last;
    let done: Promise<void> = Promise.resolve();
    for (const station of [...open.filter((one) => !isLast(one)), ...open.filter(isLast)]) {
      await done;
      ({ done } = await station.commit());
    }
    this.committing = { units, done };
    this.open = [];
    if (open.length > 1) await this.settle();
  }

  /** Waits for the commit that is under way, if any. */
  private async settle(): Promise<void> {
    if (!this.committing) return;
    const { units, done } = this.committing;
    await done;
    this.committing = undefined;
    this.lost = 0;
    for (const { attempt, result } of units) {
      if (!result) continue;
      this.options.report.absorb(result.report);
      addOutcomes(this.total, result.outcomes);
      this.options.onUnit?.(attempt.unit, result);
    }
  }
}
