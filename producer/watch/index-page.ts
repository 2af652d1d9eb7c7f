/** The links of a directory listing, as Apache, nginx, Caddy and others write it. */
import { isInput } from './names';

/** A link to a file. */
export interface IndexFile {
  /** The address below the page, encoded as in the page. */
  readonly path: string;
  readonly name: string;
  /** The dates and sizes beside the link; empty where the page has none. */
  readonly version: string;
}

/** The links of a page. */
export interface IndexPage {
  /** Addresses below the page, encoded, each with a slash at the end. */
  readonly folders: readonly string[];
  readonly files: readonly IndexFile[];
  /** The first file that is left out because of its name. */
  readonly ignored: string | undefined;
}

/** `2021-07-02 00:10`, `02-Jul-2021 00:10:31` and `7/2/2021 12:10`. */
const DATE =
  /\b(\d{4}-\d\d-\d\d|\d{1,2}-[A-Za-z]{3}-\d{4}|\d{1,2}\/\d{1,2}\/\d{2,4})[ T]+\d{1,2}:\d\d(:\d\d)?/;
/** `6951`, `6.8K` and `6.8 KiB`, after the date is taken out. */
const SIZE = /(?<![\w.:-])\d[\d.,]*(\s?([KMGT]i?B?|B|bytes))?(?![\w:-])/i;

/**
 * Reads a page. Links that lead elsewhere than below the page, and those with a query (which sort the list),
 * are left out.
 */
export async function parseIndexPage(html: string, page: URL): Promise<IndexPage> {
  // Loaded only here, because other commands start without it.
  const { Parser } = await import('htmlparser2');
  const links = new Map<string, string>();
  let current: string | undefined;
  let isInLink = false;
  const parser = new Parser({
    onopentag(tag, { href }) {
      if (tag !== 'a' || href === undefined) return;
      isInLink = true;
      current = below(href, page);
      if (current !== undefined) links.set(current, links.get(current) ?? '');
    },
    onclosetag(tag) {
      if (tag === 'a') isInLink = false;
    },
    ontext(text) {
      if (current !== undefined && !isInLink) links.set(current, `${links.get(current) ?? ''} ${text}`);
    },
  });
  parser.end(html);
  const folders: string[] = [];
  const files: IndexFile[] = [];
  let ignored: string | undefined;
  for (const [path, text] of links) {
    const name = nameOf(path);
    if (name === undefined || name.startsWith('.')) continue;
    if (path.endsWith('/')) folders.push(path);
    else if (isInput(name)) files.push({ path, name, version: versionIn(text) });
    else ignored ??= path;
  }
  return { folders, files, ignored };
}

/** The address relative to the page, or undefined when it is not below it. */
function below(href: string, page: URL): string | undefined {
  if (!URL.canParse(href, page.href)) return undefined;
  const { origin, pathname, search } = new URL(href, page);
  if (origin !== page.origin || search !== '' || !pathname.startsWith(page.pathname)) return undefined;
  const path = pathname.slice(page.pathname.length);
  return path === '' ? undefined : path;
}

/** The last part of a path, decoded; undefined when it is not the name of a file. */
function nameOf(path: string): string | undefined {
  try {
    const name = decodeURIComponent(path.replace(/\/$/, '').replace(/^.*\//, ''));
    return /[/\\\0]/.test(name) ? undefined : name;
  } catch {
    return undefined;
  }
}

function versionIn(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  const [date] = DATE.exec(line) ?? [];
  if (date === undefined) return '';
  const [size = ''] = SIZE.exec(line.replace(date, ' ')) ?? [];
  return `${date} ${size}`;
}
