/** Progress messages: a bar on a terminal, plain lines elsewhere. */
import { Presets, SingleBar } from 'cli-progress';

export class Report {
  private readonly began = Date.now();
  private bar: SingleBar | undefined;

  constructor(private readonly out: NodeJS.WriteStream) {}

  /** Seconds since the start. */
  get seconds(): number {
    return (Date.now() - this.began) / 1000;
  }

  /** Prints a line. A progress bar stays above it. */
  line(text = ''): void {
    this.endBar();
    this.out.write(`${text}\n`);
  }

  /** Prints a line that begins with the time since the start. */
  step(text: string): void {
    this.line(`[${this.seconds.toFixed(1).padStart(5)} s] ${text}`);
  }

  /**
   * Shows that `done` of `total` parts are done, and what is happening now. Only a terminal shows it, as a
   * bar; elsewhere the caller prints a line for each part.
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
