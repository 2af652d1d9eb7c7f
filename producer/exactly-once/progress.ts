/** How much of an archive is published, as the progress topic keeps it. */
import { type Type } from 'avsc';

import type { Session } from '../bottle/session';
import type { Message } from '../records/message-records';
import { parseSchema, type RowSchemas } from '../records/schemas';
import { WIRE_HEADER_BYTES, wireHeader } from '../records/wire-format';
import { PROGRESS_KEY_SCHEMA, PROGRESS_VALUE_SCHEMA } from './progress-schema';

/** Of which rows the progress is. */
export interface ProgressKey {
  readonly site: string;
  /** File name of the archive, without folders. */
  readonly archive: string;
  readonly session: Session;
}

/** Progress of a session of a station in an archive. The schema describes the fields. */
export interface Progress extends ProgressKey {
  readonly state: 'partial' | 'done';
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly issue: number;
  readonly topicId: string;
  readonly rowsCommitted: number;
  readonly samples: number;
  readonly missing: number;
  readonly gaps: number;
  readonly damaged: number;
  readonly damage: string | null;
  /** Milliseconds since 1970-01-01 UTC; null without rows. */
  readonly firstTime: number | null;
  readonly lastTime: number | null;
  readonly committedAt: number;
}

/** The schemas, for the registry and for the codec. */
export const PROGRESS_SCHEMAS: RowSchemas = {
  key: parseSchema('gtsm_etl_progress-key.avsc', JSON.stringify(PROGRESS_KEY_SCHEMA)),
  value: parseSchema('gtsm_etl_progress-value.avsc', JSON.stringify(PROGRESS_VALUE_SCHEMA)),
};

/** A value as Avro has it. */
interface AvroProgress {
  readonly state: 'partial' | 'done';
  readonly sha256: string;
  readonly size_bytes: number;
  readonly issue: number;
  readonly topic_id: string;
  readonly rows_committed: number;
  readonly samples: number;
  readonly missing: number;
  readonly gaps: number;
  readonly damaged: number;
  readonly damage: string | null;
  readonly first_time: number | null;
  readonly last_time: number | null;
  readonly committed_at: number;
}

/** Text that is the same for equal keys only. */
export function keyText({ site, archive, session }: ProgressKey): string {
  return `${site}/${session}/${archive}`;
}

/** A message of the progress topic, or one that deletes the key. */
export function progressMessage(
  key: ProgressKey,
  progress: Progress | null,
  ids: { readonly key: number; readonly value: number },
): Message {
  const { site, archive, session } = key;
  return {
    key: encode(PROGRESS_SCHEMAS.key.type, ids.key, { site, archive, session }),
    value: progress && encode(PROGRESS_SCHEMAS.value.type, ids.value, toAvro(progress)),
  };
}

/** The key of a message. Throws an Error when it is not one of the progress topic. */
export function decodeKey({ key }: Pick<Message, 'key'>): ProgressKey {
  return decode(PROGRESS_SCHEMAS.key.type, key) as ProgressKey;
}

/** The progress in a message; null for one that deletes its key. Throws an Error as `decodeKey` does. */
export function decodeProgress({ key, value }: Message): Progress | null {
  const { site, archive, session } = decodeKey({ key });
  if (!value) return null;
  const avro = decode(PROGRESS_SCHEMAS.value.type, value) as AvroProgress;
  return {
    site,
    archive,
    session,
    state: avro.state,
    sha256: avro.sha256,
    sizeBytes: avro.size_bytes,
    issue: avro.issue,
    topicId: avro.topic_id,
    rowsCommitted: avro.rows_committed,
    samples: avro.samples,
    missing: avro.missing,
    gaps: avro.gaps,
    damaged: avro.damaged,
    damage: avro.damage,
    firstTime: avro.first_time,
    lastTime: avro.last_time,
    committedAt: avro.committed_at,
  };
}

function toAvro(progress: Progress): AvroProgress {
  return {
    state: progress.state,
    sha256: progress.sha256,
    size_bytes: progress.sizeBytes,
    issue: progress.issue,
    topic_id: progress.topicId,
    rows_committed: progress.rowsCommitted,
    samples: progress.samples,
    missing: progress.missing,
    gaps: progress.gaps,
    damaged: progress.damaged,
    damage: progress.damage,
    first_time: progress.firstTime,
    last_time: progress.lastTime,
    committed_at: progress.committedAt,
  };
}

function encode(type: Type, id: number, value: unknown): Buffer {
  return Buffer.concat([wireHeader(id), type.toBuffer(value)]);
}

function decode(type: Type, bytes: Buffer): unknown {
  return type.fromBuffer(bytes.subarray(WIRE_HEADER_BYTES));
}
