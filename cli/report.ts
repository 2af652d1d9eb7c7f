/** What `npm start` says as it goes: a bar on a terminal, plain lines elsewhere. */
import { Presets, SingleBar } from 'cli-progress';

export class Report {
  private readonly began = Date.now();
  private bar: SingleBar | undefined;

  constructor(private readonly out: NodeJS.WriteStream) {}

  /** Seconds since the start. */
  get seconds(): number {
    return (Date.now() - this.began) / 1000;
  }

  /** One line. A bar that is shown stays above it. */
  line(text = ''): void {
    this.endBar();
    this.out.write(`${text}\n`);
  }

  /** A line with the time since the start before it. */
  step(text: string): void {
    this.line(`[${this.seconds.toFixed(1).padStart(5)} s] ${text}`);
  }

  /**
   * Work of `total` parts of which `done` are done, and what goes on now. A terminal gets a bar; elsewhere a line is written when a part
   * is done.
   */
  progress(what: string, done: number, total: number, now: string): void {
    if (!this.out.isTTY) return;
    if (!this.bar) {
      this.bar = new SingleBar(
        { format: `${what} {bar} {value}/{total} {now}`, stream: this.out, hideCursor: true },
        Presets.shades_classic,
      );
      this.bar.start(total, done, { now });
    } else {
      this.bar.update(done, { now });
    }
  }

  endBar(): void {
    this.bar?.stop();
    this.bar = undefined;
  }
}
