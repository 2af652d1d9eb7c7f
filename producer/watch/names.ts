/** What the names of files and folders say. */
import { parseArchiveName, parseBottleName } from '../bottle/name';

/** Names of archives whose form is unknown, which can still hold bottles. */
const ARCHIVE_ENDING = /^[^.].*\.(tar|tgz|tar\.gz)$/i;

/** Names of folders that stand for years, days or dates. */
const PERIOD_FOLDER = /^\d[\d._-]*$/;

/** How many of the last periods are looked at each time: what ends at midnight arrives after it. */
const RECENT = 2;

const byNumber = new Intl.Collator('en', { numeric: true });

/** Whether a file is to be read, by its name. Hidden and temporary files are not. */
export function isInput(name: string): boolean {
  return (
    parseArchiveName(name) !== undefined || parseBottleName(name) !== undefined || ARCHIVE_ENDING.test(name)
  );
}

/** Folders in the order of their names, `2` before `10`. */
export function inOrder(folders: readonly string[]): string[] {
  return [...folders].sort(byNumber.compare);
}

/**
 * The folders in which news are to be expected, of those in one folder: the last periods, where folders are
 * named by year, day or date, and every folder with another name, such as those of stations.
 */
export function recentFolders(folders: readonly string[]): string[] {
  const isPeriod = (folder: string): boolean => PERIOD_FOLDER.test(baseName(folder));
  const periods = inOrder(folders.filter(isPeriod)).slice(-RECENT);
  return inOrder([...folders.filter((folder) => !isPeriod(folder)), ...periods]);
}

function baseName(folder: string): string {
  return folder.replace(/\/$/, '').replace(/^.*\//, '');
}
