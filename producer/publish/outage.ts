import type { Logger } from '../log';
import { reportRetries } from './retry-log';

/**
 * Tells the user that Kafka does not acknowledge rows, and that it does so again. Partitions whose rows wait
 * at the same time are one outage.
 */
export class Outage {
  private readonly waiting = new Set<object>();
  private started = 0;
  private report: (error: unknown, elapsed: number) => void = () => undefined;

  /**
   * @param where for messages, `Kafka at ADDRESS`
   * @param deliveryTimeout for messages, seconds
   * @param onRetry called for each request that failed
   */
  constructor(
    private readonly log: Logger,
    private readonly where: string,
    private readonly deliveryTimeout: number,
    private readonly onRetry: () => void = () => undefined,
  ) {}

  /** A request of `sender` failed, and is sent again. */
  failed(sender: object, error: unknown): void {
    this.onRetry();
    if (this.waiting.size === 0) {
      this.started = Date.now();
      this.report = reportRetries(this.log, `${this.where} to acknowledge rows`, this.deliveryTimeout);
    }
    this.waiting.add(sender);
    this.report(error, Date.now() - this.started);
  }

  /** Rows of `sender` were acknowledged. */
  acknowledged(sender: object): void {
    if (!this.waiting.delete(sender) || this.waiting.size > 0) return;
    this.log.info(`${this.where} acknowledges rows again`);
  }
}
