/** A directory listing of an HTTP server as a source, laid out like the public archive. */
import { SourceFailure } from './failure';
import { type Answer, failureOf, HttpClient } from './http-client';
import { HOLD_LIMIT } from './holding';
import { download } from './http-download';
import { parseIndexPage } from './index-page';
import type { SeenFiles } from './seen';
import type { LocalArchive } from './source';
import { TemporaryCopies } from './temporary-copies';
import type { ListedFile, Listing, ListingMode, Pace, Tree } from './tree';

/** The largest page that is read, bytes. */
const MAX_PAGE = 64 * 1024 * 1024;
/** For how many folders the last answer is remembered. */
const MAX_REMEMBERED = 5_000;
/** HTTP dates are whole seconds: a page that changed within this of its answer may change again unseen. */
const DATE_GRAIN = 2_000;

/** What is remembered of a folder, for conditional requests. */
interface Remembered {
  readonly conditions: Record<string, string>;
  readonly folders: readonly string[];
}

/** An archive that may still be being written; times are those of `performance.now`. */
interface Fresh {
  readonly length: string;
  /** Since when it has this length. */
  readonly since: number;
  /** When it was first seen. */
  readonly found: number;
}

export class HttpTree implements Tree {
  readonly address: string;
  readonly fix =
    'give the address of a page that lists folders or archives, http(s)://[USER:PASSWORD@]HOST/PATH/';
  readonly pace: Pace = { interval: 2_000, walkBudget: 300, walkInterval: 60_000 };
  private readonly root: URL;
  private readonly client: HttpClient;
  private readonly copies = new TemporaryCopies();
  private readonly remembered = new Map<string, Remembered>();
  /** Archives that are younger than the settle time. */
  private readonly fresh = new Map<string, Fresh>();

  /**
   * @param address of the listing; a slash at its end is added
   * @param settleSeconds how long an archive must be unchanged to be complete
   */
  constructor(
    address: URL,
    private readonly settleSeconds: number,
  ) {
    const { username, password } = address;
    this.root = new URL(address);
    this.root.username = this.root.password = this.root.hash = '';
    if (!this.root.pathname.endsWith('/')) this.root.pathname += '/';
    this.address = this.root.href;
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    this.client = new HttpClient(
      this.root.origin,
      username === '' ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`,
    );
  }

  locate(path: string): string {
    return this.urlOf(path).href;
  }

  async list(folder: string, mode: ListingMode, _: SeenFiles, signal: AbortSignal): Promise<Listing> {
    const url = this.urlOf(folder);
    const before = mode === 'news' ? this.remembered.get(folder) : undefined;
    const answer = await this.client.get(url, { accept: 'text/html', ...before?.conditions }, signal);
    if (before && answer.status === 304) {
      answer.drop();
      this.remember(folder, before);
      return { folders: before.folders, files: [] };
    }
    if (answer.status !== 200) throw failureOf(answer, folder === '' ? 'root' : 'part');
    if (!answer.url.href.startsWith(this.root.href)) {
      answer.drop();
      throw new SourceFailure(
        'refused',
        `it redirects to ${answer.url.href}, which is not below the address`,
      );
    }
    const page = await parseIndexPage(await pageOf(answer, signal), answer.url);
    // Paths stay below the folder that was asked for, wherever the server redirected to.
    const folders = page.folders.map((path) => folder + path);
    this.remember(folder, { conditions: conditionsOf(answer), folders });
    return {
      folders,
      files: page.files.map((file) => ({ ...file, path: folder + file.path, modified: undefined })),
      ignored: page.ignored === undefined ? undefined : folder + page.ignored,
    };
  }

  async fetch({ path, name }: ListedFile, signal: AbortSignal): Promise<LocalArchive> {
    const copy = await this.copies.reserve(name);
    try {
      const check = (answer: Answer): void => this.checkFinished(path, answer);
      await download(this.client, this.urlOf(path), copy.path, check, signal);
      this.fresh.delete(path);
      return copy;
    } catch (error) {
      await copy.release();
      throw error;
    }
  }

  unfinished(): readonly string[] {
    const now = performance.now();
    return [...this.fresh].filter(([, { found }]) => now - found < HOLD_LIMIT).map(([path]) => path);
  }

  async close(): Promise<void> {
    this.client.close();
    await this.copies.close();
  }

  private urlOf(path: string): URL {
    return new URL(this.root.href + path);
  }

  /** Notes what a folder answered; the folders asked for longest ago are forgotten. */
  private remember(folder: string, what: Remembered): void {
    this.remembered.delete(folder);
    this.remembered.set(folder, what);
    const [oldest] = this.remembered.keys();
    if (oldest !== undefined && this.remembered.size > MAX_REMEMBERED) this.remembered.delete(oldest);
  }

  /**
   * An archive that changed a moment ago, by the server's own clock, may still be being written, unless it
   * has kept its length for as long by ours: some servers date everything now.
   */
  private checkFinished(path: string, { headers }: Answer): void {
    const age = Date.parse(headers.date ?? '') - Date.parse(headers['last-modified'] ?? '');
    const length = headers['content-range']?.replace(/^.*\//, '') ?? headers['content-length'] ?? '';
    if (!(age < this.settleSeconds * 1_000)) return;
    const before = this.fresh.get(path);
    const now = performance.now();
    if (before?.length !== length) this.fresh.set(path, { length, since: now, found: before?.found ?? now });
    else if (now - before.since >= this.settleSeconds * 1_000) return;
    throw new SourceFailure('unfinished', 'it changed a moment ago');
  }
}

/** The conditions for the next request: the page is sent only if it has changed. */
function conditionsOf({ headers }: Answer): Record<string, string> {
  const { etag, date, 'last-modified': modified } = headers;
  const age = Date.parse(date ?? '') - Date.parse(modified ?? '');
  if (age < DATE_GRAIN) return {};
  return {
    ...(etag !== undefined && { 'if-none-match': etag }),
    ...(modified !== undefined && { 'if-modified-since': modified }),
  };
}

async function pageOf(answer: Answer, signal: AbortSignal): Promise<string> {
  const { body, headers } = answer;
  const type = headers['content-type'] ?? 'no content type';
  if (!type.includes('html')) {
    answer.drop();
    throw new SourceFailure('refused', `it is ${type}, not an HTML page`);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MAX_PAGE) break;
    }
  } catch (error) {
    if (signal.aborted) throw error;
    throw new SourceFailure('outage', `the page breaks off: ${(error as Error).message}`);
  }
  if (bytes > MAX_PAGE) throw new SourceFailure('refused', `the page has more than ${MAX_PAGE} bytes`);
  return Buffer.concat(chunks).toString();
}
