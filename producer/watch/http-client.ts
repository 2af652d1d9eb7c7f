import { Agent, request } from 'undici';
import { setTimeout as sleep } from 'node:timers/promises';
import { version } from '../package.json';
import { rootCause } from '../publish/root-cause';
import { SourceFailure } from './failure';

/** Milliseconds from the start of one request to the next, so that a server is not flooded. */
const PAUSE = 100;
/** Milliseconds without any byte after which a server is taken as silent. */
const SILENCE = 30_000;
const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** A response whose body is still to be read, or dropped by `body.dump()`. */
export interface Answer {
  readonly status: number;
  /** By name in lower case. Several of one name are joined. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: AsyncIterable<Buffer> & { dump(): Promise<unknown> };
  /** Where it came from, after redirects. */
  readonly url: URL;
}

/** Sends polite requests: at most two at a time, with a pause between them. */
export class HttpClient {
  private readonly agent = new Agent({
    connections: 2,
    headersTimeout: SILENCE,
    bodyTimeout: SILENCE,
    connect: { timeout: SILENCE },
  });
  private next = 0;

  /** @param authorization sent to the server of `origin` only; undefined for none */
  constructor(
    private readonly origin: string,
    private readonly authorization: string | undefined,
  ) {}

  /**
   * Gets an address, through redirects. Bytes come as they are sent, never decompressed.
   *
   * @throws SourceFailure when there is no answer
   */
  async get(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<Answer> {
    for (let at = url, redirects = 0; ; redirects++) {
      const answer = await this.request(at, headers, signal);
      const { location } = answer.headers;
      if (!REDIRECTS.has(answer.status) || location === undefined) return answer;
      await answer.body.dump();
      if (redirects === MAX_REDIRECTS) throw new SourceFailure('refused', 'it redirects in a circle');
      at = new URL(location, at);
      if (!/^https?:$/.test(at.protocol)) throw new SourceFailure('refused', `it redirects to ${at.href}`);
    }
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private async request(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<Answer> {
    await this.pause(signal);
    const own = url.origin === this.origin && this.authorization !== undefined;
    try {
      const {
        statusCode,
        headers: answered,
        body,
      } = await request(url, {
        dispatcher: this.agent,
        signal,
        headers: {
          'user-agent': `strain-producer/${version}`,
          'accept-encoding': 'identity',
          ...(own && { authorization: this.authorization }),
          ...headers,
        },
      });
      // Errors also come through the iteration; without a listener, one after a dump would end the process.
      body.on('error', () => undefined);
      const joined = Object.entries(answered).map(([name, value]) => [name, String(value)] as const);
      return { status: statusCode, headers: Object.fromEntries(joined), body, url };
    } catch (error) {
      if (signal.aborted) throw error;
      throw new SourceFailure('outage', rootCause(error).message);
    }
  }

  private async pause(signal: AbortSignal): Promise<void> {
    const now = Date.now();
    const at = Math.max(now, this.next);
    this.next = at + PAUSE;
    if (at > now) await sleep(at - now, undefined, { signal });
  }
}

/** What an answer other than a success means, for the root, a folder or a file. */
export async function failureOf(
  { status, headers, body }: Answer,
  what: 'root' | 'part',
): Promise<SourceFailure> {
  await body.dump();
  const message = `status ${status}`;
  const retryAfter = millisecondsUntil(headers['retry-after']);
  if (status === 404 || status === 410) return new SourceFailure('gone', message);
  if (status === 429 || status === 503) return new SourceFailure('outage', message, retryAfter);
  return new SourceFailure(status >= 500 && what === 'root' ? 'outage' : 'refused', message, retryAfter);
}

/** Reads `Retry-After`: seconds, or a date. */
function millisecondsUntil(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return milliseconds > 0 ? milliseconds : undefined;
}
