/** A real HTTP server that lists a folder as Apache and nginx do, and can be made to fail. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** Answers a request itself and returns true, or leaves it to the server. */
type Fault = (request: IncomingMessage, response: ServerResponse) => boolean;

const servers: ListingServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

export class ListingServer {
  /** What was asked for, `GET /path/ 200`. */
  readonly requests: string[] = [];
  /** Headers of the last request for a path. */
  readonly headers = new Map<string, IncomingMessage['headers']>();
  fault: Fault = () => false;
  /** Whether pages have dates and sizes beside the links. */
  dates = true;
  private server: Server | undefined;
  private port = 0;

  private constructor(private readonly folder: string) {}

  static async start(folder: string): Promise<ListingServer> {
    const server = new ListingServer(folder);
    servers.push(server);
    await server.start();
    return server;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}/pub/`;
  }

  /** Starts it again, at the same address. */
  async start(): Promise<void> {
    this.server = createServer((request, response) => this.answer(request, response));
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const { server } = this;
    if (!server?.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { url = '' } = request;
    this.headers.set(url, request.headers);
    response.on('finish', () => this.requests.push(`${request.method} ${url} ${response.statusCode}`));
    if (this.fault(request, response)) return;
    const file = join(this.folder, decodeURIComponent(url.replace(/^\/pub/, '')));
    const info = url.startsWith('/pub/') ? statSync(file, { throwIfNoEntry: false }) : undefined;
    if (info?.isDirectory() !== url.endsWith('/')) response.writeHead(404).end();
    else if (info.isDirectory()) this.send(request, response, Buffer.from(this.page(file)), 'text/html');
    else this.send(request, response, readFileSync(file), 'application/gzip', info.mtime);
  }

  private page(folder: string): string {
    const rows = readdirSync(folder).map((name) => {
      const info = statSync(join(folder, name));
      const href = info.isDirectory() ? `${encodeURIComponent(name)}/` : encodeURIComponent(name);
      const date = info.mtime.toISOString().slice(0, 16).replace('T', ' ');
      return `<a href="${href}">${name}</a>  ${this.dates ? `${date}  ${info.size}` : ''}`;
    });
    const other = ['<a href="?C=M;O=A">Last modified</a>', '<a href="../">Parent Directory</a>', '<hr>'];
    return `<html><body><pre>${[...other, ...rows].join('\n')}</pre></body></html>`;
  }

  private send(
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
    type: string,
    date?: Date,
  ): void {
    const etag = `"${createHash('sha1').update(body).digest('hex')}"`;
    const common = { etag, ...(date && { 'last-modified': date.toUTCString() }) };
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304, common).end();
      return;
    }
    const from =
      request.headers['if-range'] === etag
        ? /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]
        : undefined;
    const rest = body.subarray(Number(from ?? 0));
    response.writeHead(from === undefined ? 200 : 206, {
      ...common,
      'content-type': type,
      'content-length': rest.length,
      ...(from !== undefined && { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` }),
    });
    response.end(rest);
  }
}
