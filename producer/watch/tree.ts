import type { SeenFiles } from './seen';
import type { LocalArchive } from './source';

/** A file in a listing whose name is that of an archive or a bottle. */
export interface ListedFile {
  /** Path below the root; names it in `fetch`. */
  readonly path: string;
  /** Base name. */
  readonly name: string;
  /** Changes when the content changes. */
  readonly version: string;
  readonly modified: Date | undefined;
}

/** What one folder holds. */
export interface Listing {
  /** Paths below the root, each with a slash at the end. */
  readonly folders: readonly string[];
  /** Only complete files. */
  readonly files: readonly ListedFile[];
  /** A file that is left out because of its name, for a message. */
  readonly ignored?: string;
}

/**
 * Which files a listing needs:
 * `all`: all files, with their versions;
 * `news`: files of new names at least, as fast as possible.
 */
export type ListingMode = 'all' | 'news';

/** How often a tree is looked at. Milliseconds. */
export interface Pace {
  /** From the end of one look to the next, at least. */
  readonly interval: number;
  /** How long one look may spend on folders of old periods. */
  readonly walkBudget: number;
  /** From one complete walk over all folders to the next, at least. */
  readonly walkInterval: number;
}

/** Folders of files, listed one by one. The root is the empty path. Failures are `SourceFailure`s. */
export interface Tree {
  /** Address of the root, without a password. */
  readonly address: string;
  readonly pace: Pace;
  /** What to do about an address that is wrong, for the error. */
  readonly fix: string;
  /** Called by the tree when it is worth looking at once. */
  onHint?: () => void;
  /** Address of a file or folder, for messages. */
  locate(path: string): string;
  list(folder: string, mode: ListingMode, seen: SeenFiles, signal: AbortSignal): Promise<Listing>;
  /** Files that were found incomplete and are complete now. */
  settled?(): Promise<readonly ListedFile[]>;
  /** Paths of files that were found incomplete a short time ago, and still are. */
  unfinished?(): readonly string[];
  fetch(file: ListedFile, signal: AbortSignal): Promise<LocalArchive>;
  close(): Promise<void>;
}
