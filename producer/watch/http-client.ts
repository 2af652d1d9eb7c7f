import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { version } from '../package.json';
import { rootCause } from '../publish/root-cause';
import { SourceFailure } from './failure';

/** Milliseconds from the start of one request to the next, so that a server is not flooded. */
const PAUSE = 100;
/** Milliseconds without any byte after which a server is taken as silent. */
const SILENCE = 30_000;
/** Connections to a server at the same time. */
const CONNECTIONS = 2;
/** Bytes of a body that are rather read than cut off. */
const SHORT_BODY = 64 * 1024;
const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** A response whose body is still to be read or dropped. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: AsyncIterable<Buffer>;
  /** Where it came from, after redirects. */
  readonly url: URL;
  /** Does without the body. */
  drop(): void;
}

/** Sends polite requests: at most two at a time, with a pause between them. */
export class HttpClient {
  private readonly agents = {
    'http:': new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS }),
    'https:': new https.Agent({ keepAlive: true, maxSockets: CONNECTIONS }),
  };
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
      answer.drop();
      if (redirects === MAX_REDIRECTS) throw new SourceFailure('refused', 'it redirects in a circle');
      at = new URL(location, at);
      if (!/^https?:$/.test(at.protocol)) throw new SourceFailure('refused', `it redirects to ${at.href}`);
    }
  }

  close(): void {
    for (const agent of Object.values(this.agents)) agent.destroy();
  }

  private async request(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<Answer> {
    await this.pause(signal);
    const own = url.origin === this.origin && this.authorization !== undefined;
    try {
      const response = await this.send(
        url,
        {
          'user-agent': `strain-producer/${version}`,
          'accept-encoding': 'identity',
          ...(own && { authorization: this.authorization }),
          ...headers,
        },
        signal,
      );
      const joined = Object.entries(response.headers).map(([name, value]) => [name, String(value)] as const);
      return {
        status: response.statusCode ?? 0,
        headers: Object.fromEntries(joined),
        body: response,
        url,
        drop: () => drop(response),
      };
    } catch (error) {
      if (signal.aborted) throw error;
      throw new SourceFailure('outage', rootCause(error).message);
    }
  }

  private send(url: URL, headers: http.OutgoingHttpHeaders, signal: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const isSecure = url.protocol === 'https:';
      const { get } = isSecure ? https : http;
      const agent = this.agents[isSecure ? 'https:' : 'http:'];
      let answered = false;
      const request = get(url, { agent, headers, signal, timeout: SILENCE }, (response) => {
        answered = true;
        resolve(response);
      });
      request.on('timeout', () => request.destroy(new Error(`no answer within ${SILENCE / 1_000} s`)));
      request.on('error', (error: NodeJS.ErrnoException) => {
        // The server closed an idle connection at the moment at which it was used again.
        if (!answered && request.reusedSocket && error.code === 'ECONNRESET')
          resolve(this.send(url, headers, signal));
        else reject(error);
      });
    });
  }

  private async pause(signal: AbortSignal): Promise<void> {
    const now = Date.now();
    const at = Math.max(now, this.next);
    this.next = at + PAUSE;
    if (at > now) await sleep(at - now, undefined, { signal });
  }
}

/** Ends a response. A short one is read to its end, so that the connection can be used again. */
function drop(response: IncomingMessage): void {
  response.on('error', () => undefined);
  const { 'content-length': length = response.statusCode === 304 ? 0 : Infinity } = response.headers;
  if (Number(length) <= SHORT_BODY) response.resume();
  else response.destroy();
}

/** What an answer other than a success means, for the root, a folder or a file. */
export function failureOf(answer: Answer, what: 'root' | 'part'): SourceFailure {
  const { status, headers } = answer;
  answer.drop();
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
