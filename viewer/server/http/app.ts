/** The HTTP server: the API, and the page. */
import { randomUUID, timingSafeEqual } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import compress from '@fastify/compress';
import staticFiles from '@fastify/static';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { ErrorAnswer, NewMarker, Settings } from '../../api';
import type { Live } from '../live';
import type { MarkerWriter } from '../markers';
import type { MarkerSink } from '../sinks';
import type { StationList, StateLimits } from '../stations';
import { samplesSql, series } from '../store/series';
import { EXPORT, type Store } from '../store/store';
import { HttpError } from './errors';
import { openApi } from './open-api';
import { type PeriodParameters, period, QUERIES, selection, type StreamParameters } from './queries';

/** Bytes of a request's body: a marker has at most 500 characters. */
const BODY_LIMIT = 8_192;
/** Exports at the same time: each is a file until it is sent. */
const EXPORTS = 2;
/** Cookie that has the token after the page was opened with `?token=…`. */
const COOKIE = 'viewer_token';

/** What the server serves from. */
export interface AppParts {
  readonly store: () => Store | undefined;
  readonly stations: StationList;
  readonly live: Live;
  readonly markers: MarkerSink;
  /** @default - read-only: markers cannot be set */
  readonly writer?: MarkerWriter;
  readonly limits: StateLimits;
  /** Folder of the page's files. */
  readonly pageFolder: string;
  /** Path under which it is served, for proxies that do not remove it; '' or '/path'. */
  readonly pathPrefix: string;
  /** Token that every request has to give. @default - none */
  readonly token?: string;
}

/**
 * Everything comes from this server, and nothing may be embedded elsewhere. Charts set sizes by script, which
 * is not a style in the markup.
 */
const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
} as const;

/** Makes the server. It does not listen yet. */
export async function createApp(parts: AppParts): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: 64 },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true } },
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    if (parts.token !== undefined) authenticate(request, reply, parts.token);
    rejectOtherSites(request);
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500;
    const fix = error instanceof HttpError ? error.fix : undefined;
    const answer: ErrorAnswer = { error: error.message, ...(fix === undefined ? {} : { fix }) };
    void reply.code(status).header('cache-control', 'no-store').send(answer);
  });
  app.setNotFoundHandler((request, reply) => {
    const answer: ErrorAnswer = {
      error: `there is no ${request.method} ${request.url.replace(/\?.*$/, '')}`,
    };
    void reply.code(404).send(answer);
  });
  // A form of another site can only send text: changes are JSON.
  app.removeContentTypeParser('text/plain');
  await app.register(compress, { threshold: 1_024 });
  await app.register(
    async (scope) => {
      await scope.register(staticFiles, {
        root: parts.pageFolder,
        // Names of scripts and styles change with their content.
        setHeaders(reply, file) {
          const isFixed = path.basename(file).startsWith('page-');
          void reply.header('cache-control', isFixed ? 'public, max-age=31536000, immutable' : 'no-cache');
        },
      });
      if (parts.pathPrefix !== '') {
        app.get(parts.pathPrefix, (_request, reply) => reply.redirect(`${parts.pathPrefix}/`));
      }
      await scope.register(apiRoutes(parts), { prefix: '/api' });
    },
    { prefix: parts.pathPrefix },
  );
  return app;
}

function apiRoutes(parts: AppParts): (scope: FastifyInstance) => Promise<void> {
  const { store, stations, live, limits, writer } = parts;
  let exports = 0;
  // eslint-disable-next-line @typescript-eslint/require-await -- Fastify waits for the promise
  return async (scope) => {
    scope.addHook('onSend', async (_request, reply) => {
      reply.header('cache-control', 'no-store');
    });
    scope.get('/openapi.json', () => openApi());
    scope.get('/health', () => ({ status: 'ok' }));
    scope.get('/settings', (): Settings => ({ canWrite: writer !== undefined, ...limits }));
    scope.get('/stations', () => stations.get());

    scope.get('/series', { schema: { querystring: QUERIES.series } }, async (request) => {
      const query = request.query as PeriodParameters & { readonly points: number };
      const database = store()?.database;
      const selected = selection(store(), query);
      return series(database!, { ...selected, ...period(query), points: query.points });
    });

    scope.get('/export', { schema: { querystring: QUERIES.export } }, async (request, reply) => {
      const query = request.query as PeriodParameters & { readonly format: 'csv' | 'parquet' };
      const { database, folder } = store() ?? {};
      const selected = selection(store(), query);
      const span = period(query);
      if (exports >= EXPORTS)
        throw new HttpError(503, `${exports} exports are being made`, 'try again in a minute');
      exports++;
      const file = path.join(folder!, `${EXPORT}${randomUUID()}`);
      try {
        const rows = samplesSql({ ...selected, ...span, points: Infinity });
        const timed = `SELECT epoch_ms(time) AS time, * EXCLUDE (time) FROM (${rows})`;
        await database!.copy(
          timed,
          file,
          query.format === 'csv' ? 'FORMAT csv, HEADER' : 'FORMAT parquet, COMPRESSION zstd',
        );
        return await sendFile(reply, file, query);
      } finally {
        exports--;
      }
    });

    scope.get('/live', { schema: { querystring: QUERIES.live } }, async (request, reply) => {
      const query = request.query as Partial<StreamParameters>;
      const selected = query.site === undefined ? undefined : selection(store(), query as StreamParameters);
      if (live.isFull)
        throw new HttpError(503, `${live.connections} browsers are connected`, 'try again later');
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, {
        ...SECURITY_HEADERS,
        ...{ 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
      });
      live.add(raw, selected);
      if (!selected) raw.write(`event: stations\ndata: ${JSON.stringify(await stations.get())}\n\n`);
    });

    scope.get('/markers', { schema: { querystring: QUERIES.markers } }, (request) =>
      parts.markers.of((request.query as { readonly site?: string }).site),
    );

    scope.post('/markers', { schema: { body: NEW_MARKER } }, async (request, reply) => {
      const marker = request.body as NewMarker;
      const made = await canWrite(writer).add({ ...marker, text: marker.text.trim() });
      parts.markers.set(made);
      return reply.code(201).send(made);
    });

    scope.delete('/markers/:id', async (request, reply) => {
      const { id } = request.params as { readonly id: string };
      const writing = canWrite(writer);
      if (!parts.markers.has(id)) throw new HttpError(404, 'there is no such marker');
      await writing.delete(id);
      parts.markers.remove(id);
      return reply.code(204).send();
    });
  };
}

const NEW_MARKER = {
  type: 'object',
  required: ['site', 'time', 'text'],
  additionalProperties: false,
  properties: {
    site: { anyOf: [{ type: 'null' }, { type: 'string', minLength: 1, maxLength: 64 }] },
    time: { type: 'integer', minimum: Date.UTC(1900, 0), maximum: Date.UTC(2200, 0) },
    text: { type: 'string', minLength: 1, maxLength: 500, pattern: '\\S' },
  },
} as const;

function canWrite(writer: MarkerWriter | undefined): MarkerWriter {
  if (writer) return writer;
  throw new HttpError(403, 'this viewer is read-only', 'start it without --read-only to set markers');
}

/** Sends a file and deletes it. */
async function sendFile(
  reply: FastifyReply,
  file: string,
  { site, session, format }: StreamParameters & { readonly format: string },
): Promise<FastifyReply> {
  const stream = createReadStream(file);
  stream.on('close', () => void rm(file, { force: true }));
  const name = `${site.replaceAll(/[^A-Za-z0-9]/g, '_')}-${session}.${format}`;
  return reply
    .header('content-type', format === 'csv' ? 'text/csv; charset=utf-8' : 'application/vnd.apache.parquet')
    .header('content-disposition', `attachment; filename="${name}"`)
    .send(stream);
}

/** Compares the token of a request. A page that is opened with `?token=…` keeps it in a cookie. */
function authenticate(request: FastifyRequest, reply: FastifyReply, token: string): void {
  const { authorization = '', cookie = '' } = request.headers;
  const given = [
    /^Bearer (.+)$/i.exec(authorization)?.[1],
    (request.query as { readonly token?: unknown }).token,
    cookie
      .split('; ')
      .find((one) => one.startsWith(`${COOKIE}=`))
      ?.slice(COOKIE.length + 1),
  ];
  if (!given.some((one) => typeof one === 'string' && isSame(decodeURIComponent(one), token))) {
    throw new HttpError(
      401,
      'a token is needed',
      'open the page with ?token=TOKEN, or send Authorization: Bearer TOKEN',
    );
  }
  if ((request.query as { readonly token?: unknown }).token !== undefined) {
    reply.header('set-cookie', `${COOKIE}=${encodeURIComponent(token)}; Path=/; HttpOnly; SameSite=Strict`);
  }
}

function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Changes are accepted only from the page itself or from a program, not from another site in a browser. */
function rejectOtherSites({ method, headers }: FastifyRequest): void {
  if (method === 'GET' || method === 'HEAD') return;
  const site = headers['sec-fetch-site'];
  const { origin, host } = headers;
  const isOther =
    (site !== undefined && site !== 'same-origin' && site !== 'none') ||
    (site === undefined && origin !== undefined && URL.canParse(origin) && new URL(origin).host !== host);
  if (isOther || origin === 'null') throw new HttpError(403, 'the request comes from another site');
}
