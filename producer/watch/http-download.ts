import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { SourceFailure } from './failure';
import { type Answer, failureOf, type HttpClient } from './http-client';
import { cannotStore } from './temporary-copies';

/** Attempts in a row that may bring nothing. */
const MAX_FRUITLESS = 3;
/** Attempts in all. */
const MAX_ATTEMPTS = 20;
/** Pause before the second attempt, milliseconds. It doubles with each attempt that brings nothing. */
const FIRST_PAUSE = 500;

/**
 * Downloads an address to a file. A download that breaks off, which shows by `Content-Length`, is resumed, as
 * long as the content has not changed (`If-Range`), else repeated.
 *
 * @param check is called with each answer before its body is read, and may throw
 * @throws SourceFailure
 */
export async function download(
  client: HttpClient,
  url: URL,
  path: string,
  check: (answer: Answer) => void,
  signal: AbortSignal,
): Promise<void> {
  const file = await open(path, 'w').catch((error: unknown) => {
    throw cannotStore(error);
  });
  try {
    const parts: Parts = { file, have: 0, validator: undefined };
    let fruitless = 0;
    for (let attempt = 1; ; attempt++) {
      const before = parts.have;
      const missing = await continueDownload(client, url, parts, check, signal);
      if (missing === undefined) return;
      fruitless = parts.have > before ? 0 : fruitless + 1;
      if (fruitless === MAX_FRUITLESS || attempt === MAX_ATTEMPTS) {
        throw new SourceFailure('refused', `the download breaks off after ${parts.have} bytes (${missing})`);
      }
      await sleep(FIRST_PAUSE * 2 ** fruitless, undefined, { signal });
    }
  } finally {
    await file.close();
  }
}

/** A file that is being downloaded. */
interface Parts {
  readonly file: FileHandle;
  /** Bytes at its beginning that are there. */
  have: number;
  /** What tells that the rest belongs to them, for `If-Range`; undefined when the server does not say. */
  validator: string | undefined;
}

/** One request. Undefined when the file is complete, else what went wrong. */
async function continueDownload(
  client: HttpClient,
  url: URL,
  parts: Parts,
  check: (answer: Answer) => void,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { have, validator } = parts;
  const resumes = have > 0 && validator !== undefined;
  const range: Record<string, string> = resumes ? { range: `bytes=${have}-`, 'if-range': validator } : {};
  const answer = await client.get(url, range, signal);
  if (resumes && answer.status === 416) {
    answer.drop();
    parts.validator = undefined;
    return 'the server refuses to send the rest';
  }
  if (answer.status !== 200 && answer.status !== 206) throw failureOf(answer, 'part');
  try {
    check(answer);
  } catch (error) {
    answer.drop();
    throw error;
  }
  const { headers } = answer;
  if (answer.status === 206 && headers['content-range']?.startsWith(`bytes ${have}-`) !== true) {
    answer.drop();
    parts.validator = undefined;
    return `the server sends another part: ${headers['content-range'] ?? 'unknown'}`;
  }
  if (answer.status === 200) {
    parts.have = 0;
    await parts.file.truncate(0);
  }
  parts.validator = validatorOf(answer);
  const length = headers['content-length'];
  const expected = length === undefined ? undefined : parts.have + Number(length);
  try {
    for await (const chunk of answer.body) await append(parts, chunk);
  } catch (error) {
    if (signal.aborted || error instanceof SourceFailure) throw error;
    return (error as Error).message;
  }
  return expected === undefined || parts.have === expected ? undefined : `expected ${expected}`;
}

async function append(parts: Parts, chunk: Buffer): Promise<void> {
  try {
    await parts.file.write(chunk, 0, chunk.length, parts.have);
  } catch (error) {
    throw cannotStore(error);
  }
  parts.have += chunk.length;
}

/** What `If-Range` accepts: a strong ETag, or else a date. */
function validatorOf({ headers }: Answer): string | undefined {
  const { etag } = headers;
  return etag !== undefined && !etag.startsWith('W/') ? etag : headers['last-modified'];
}
