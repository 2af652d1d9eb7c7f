/**
 * The schema registry, by Confluent's REST API
 * (https://docs.confluent.io/platform/current/schema-registry/develop/api.html).
 */
import { describeDifferences } from '../../avro/differences';
import { hasCode, UserError } from '../../contract/user-error';
import type { Logger } from '../log';
import { retryWithin } from './limit';
import { reportRetries } from './retry-log';
import type { SchemaIds } from '../records/encoder';
import type { RowSchema, RowSchemas } from '../records/schemas';

const CONTENT_TYPE = 'application/vnd.schemaregistry.v1+json';
/** How long one request may take, milliseconds. */
const REQUEST_TIMEOUT = 10_000;
/**
 * Limit on the characters of the registry's message that are shown, because some registries answer with a
 * page.
 */
const MESSAGE_LENGTH = 200;
/** HTTP status for an unknown subject, an unknown schema or an unknown API. */
const NOT_FOUND = 404;
const UNAUTHORIZED = new Set([401, 403]);

/** How to reach and wait for the registry. */
export interface RegistryOptions {
  /** Base address, http or https. A path is kept, and `user:password@` is used for basic authentication. */
  readonly url: string;
  /** How long to wait for it to answer, seconds. */
  readonly wait: number;
  readonly log: Logger;
  /** Ends the wait. @default - waits until the limit */
  readonly stop?: AbortSignal;
  /** Called for each request that failed and is repeated. @default - nothing is called */
  readonly onRetry?: () => void;
}

/** A subject's version, as the registry gives it. */
interface LatestVersion {
  readonly version: number;
  readonly id: number;
  readonly schema: string;
}

/** An HTTP response that is not a success. */
function failedResponse(status: number, message: string): Error {
  return Object.assign(new Error(`HTTP ${status}: ${message}`), { status });
}

/** Status of a failed HTTP response; undefined for other errors. */
function statusOf(error: unknown): number | undefined {
  return (error as { status?: number }).status;
}

/** A client of one registry. It throws UserErrors, which never show the credentials in the address. */
export class SchemaRegistry {
  /** The address without credentials. */
  readonly address: string;
  private readonly headers: Record<string, string> = { Accept: CONTENT_TYPE, 'Content-Type': CONTENT_TYPE };

  constructor(private readonly options: RegistryOptions) {
    const url = parseUrl(options.url);
    const username = decodeURIComponent(url.username);
    const password = decodeURIComponent(url.password);
    if (username !== '' || password !== '') {
      this.headers.Authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    }
    this.address = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  }

  /** Waits until the registry answers. */
  async waitUntilUp(): Promise<void> {
    await this.untilAnswered(() => this.request('GET', '/subjects'));
  }

  /** Returns the id of a schema in a subject. Registers the schema if the subject does not have it. */
  async idOf(subject: string, schema: RowSchema): Promise<number> {
    const body = { schema: schema.json };
    const path = `/subjects/${encodeURIComponent(subject)}`;
    const { id } = await this.untilAnswered(async () => {
      try {
        return await this.request<{ id: number }>('POST', path, body);
      } catch (error) {
        if (statusOf(error) !== NOT_FOUND) throw error;
      }
      const registered = await this.request<{ id: number }>('POST', `${path}/versions`, body);
      this.options.log.info(`registered ${subject} at ${this.address} as schema ${registered.id}`);
      return registered;
    }, subject).catch(async (error: unknown) => {
      if (!hasCode(error, 'REGISTRY_REFUSED')) throw error;
      const difference = await this.difference(path, schema);
      if (difference === undefined) throw error;
      throw new UserError(error.code, `${error.message}. ${difference}`, { fix: error.fix, cause: error });
    });
    return id;
  }

  /** Returns the ids of the schemas of a topic's keys and values, as `idOf` does. */
  async idsOf(topic: string, { key, value }: RowSchemas): Promise<SchemaIds> {
    return { key: await this.idOf(`${topic}-key`, key), value: await this.idOf(`${topic}-value`, value) };
  }

  /** The schema with an id, as JSON. Rejects with an Error when the registry does not answer or has none. */
  async schemaOf(id: number): Promise<string> {
    const { schema } = await this.request<{ schema: string }>('GET', `/schemas/ids/${id}`);
    return schema;
  }

  /**
   * Repeats a request until the registry answers it. Throws a UserError when the registry refuses it, or does
   * not answer in time.
   */
  private async untilAnswered<T>(request: () => Promise<T>, subject?: string): Promise<T> {
    const { wait, log, stop, onRetry } = this.options;
    const where = `the schema registry at ${this.address}`;
    const report = reportRetries(log, where, wait);
    try {
      return await retryWithin(request, {
        milliseconds: wait * 1000,
        signal: stop,
        canRetry: (error) => (statusOf(error) ?? 500) >= 500,
        onFailure: (error, elapsed) => {
          onRetry?.();
          report(error, elapsed);
        },
      });
    } catch (error) {
      const status = statusOf(error);
      if (status !== undefined) {
        const what = subject === undefined ? '' : ` the schema of ${subject}`;
        const message = `${where} refuses${what} (${(error as Error).message})`;
        throw new UserError('REGISTRY_REFUSED', message, { fix: this.advice(status, subject), cause: error });
      }
      if (hasCode(error, 'STOPPED')) {
        throw new UserError('STOPPED', `stopped while waiting for ${where}`, { cause: error });
      }
      if (!hasCode(error, 'TIMED_OUT')) throw error;
      const last = error.cause instanceof Error ? error.cause.message : 'no answer';
      throw new UserError('REGISTRY_UNREACHABLE', `${where} did not answer within ${wait} s (${last})`, {
        fix: 'start it (npm start), or give its address by --schema-registry or SCHEMA_REGISTRY_URL',
        cause: error,
      });
    }
  }

  private async request<T>(method: string, path: string, body?: unknown): Promise<T> {
    let response: Response;
    try {
      response = await fetch(this.address + path, {
        method,
        headers: this.headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(REQUEST_TIMEOUT),
      });
    } catch (error) {
      throw new Error(networkMessage(error), { cause: error });
    }
    const text = await response.text();
    if (!response.ok) throw failedResponse(response.status, messageOf(text) || response.statusText);
    try {
      return JSON.parse(text) as T;
    } catch {
      throw failedResponse(NOT_FOUND, 'the response is not JSON');
    }
  }

  /** How the schema differs from the subject's latest one; undefined when that cannot be read. */
  private async difference(path: string, schema: RowSchema): Promise<string | undefined> {
    try {
      const latest = await this.request<LatestVersion>('GET', `${path}/versions/latest`);
      const differences = describeDifferences(latest.schema, schema.json);
      return `Version ${latest.version} there (id ${latest.id}) and ${schema.file} here differ: ${differences}`;
    } catch {
      return undefined;
    }
  }

  private advice(status: number, subject: string | undefined): string {
    if (UNAUTHORIZED.has(status)) return 'give user and password in the address, http://USER:PASSWORD@…';
    if (subject !== undefined) {
      return `publish with the registered schema (--schemas), or delete the subject or its compatibility rule (${this.address}/config/${subject})`;
    }
    if (status === NOT_FOUND) return "give the root of Confluent's API; Apicurio's is …/apis/ccompat/v7";
    return 'see the log of the registry';
  }
}

function parseUrl(text: string): URL {
  // The text may contain a password, so no message shows it.
  const usage =
    'the address must be http://HOST:PORT or https://HOST:PORT, with a path where the API has one';
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new Error(usage);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error(usage);
  return url;
}

/** The error of the network; `fetch` itself only reports "fetch failed". */
function networkMessage(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: Partial<AggregateError> };
  if (name === 'TimeoutError') return `no answer within ${REQUEST_TIMEOUT / 1000} s`;
  // When several addresses of a host were tried, there is one error for each, and no common message.
  const [first] = (cause?.errors ?? []) as Error[];
  return first?.message ?? cause?.message ?? message;
}

/** The message of the registry, taken from its JSON if it is JSON. */
function messageOf(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' ? firstLine(message) : '';
  } catch {
    return '';
  }
}

function firstLine(text: string): string {
  const [line = ''] = text.split('\n');
  return line.length > MESSAGE_LENGTH ? `${line.slice(0, MESSAGE_LENGTH)}…` : line;
}
