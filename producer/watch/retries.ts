import type { Logger } from '../log';
import type { SourceFailure } from './failure';
import type { ListedFile } from './tree';

/** Milliseconds until an archive is fetched again that may still be being written. */
const UNFINISHED_PAUSE = 1_000;
/** Milliseconds until an archive is fetched again that cannot be read. It doubles with each attempt. */
const REFUSED_PAUSE = 60_000;
const MAX_REFUSED_PAUSE = 3_600_000;

interface Retry {
  readonly file: ListedFile;
  /** When, milliseconds since 1970. */
  readonly at: number;
  /** How many times the source refused it. */
  readonly refused: number;
}

/** Archives that were found, but could not be fetched. */
export class Retries {
  private readonly waiting = new Map<string, Retry>();
  /** How many times each of the archives that are being fetched again was refused. */
  private readonly trying = new Map<string, number>();

  constructor(private readonly log: Logger) {}

  /** Those to try again now. */
  due(): ListedFile[] {
    const now = Date.now();
    const due = [...this.waiting.values()].filter(({ at }) => at <= now);
    for (const { file, refused } of due) {
      this.waiting.delete(file.path);
      if (refused > 0) this.trying.set(file.path, refused);
    }
    return due.map(({ file }) => file);
  }

  succeeded({ path }: ListedFile): void {
    this.trying.delete(path);
  }

  /** It was not tried because of an outage. */
  postponed(file: ListedFile): void {
    this.waiting.set(file.path, { file, at: 0, refused: this.trying.get(file.path) ?? 0 });
  }

  /** An archive that is gone is not tried again. */
  failed(file: ListedFile, { kind, message, retryAfter = 0 }: SourceFailure, where: string): void {
    const refusedBefore = this.trying.get(file.path) ?? 0;
    this.trying.delete(file.path);
    const again = (pause: number, refused: number): void => {
      const at = Date.now() + Math.max(pause, retryAfter);
      this.waiting.set(file.path, { file, at, refused });
    };
    switch (kind) {
      case 'gone':
        this.log.info(`${where} was removed or replaced before it could be read`);
        break;
      case 'unfinished':
        again(UNFINISHED_PAUSE, refusedBefore);
        break;
      case 'outage':
        again(0, refusedBefore);
        break;
      case 'refused': {
        const pause = Math.min(REFUSED_PAUSE * 2 ** refusedBefore, MAX_REFUSED_PAUSE);
        again(pause, refusedBefore + 1);
        if (refusedBefore > 0) break;
        this.log.warn(
          `${where} is left out (${message}): trying again in ${pause / 1_000} s, then at longer intervals`,
        );
      }
    }
  }
}
