/** The tables that every session has: the topic as a stream, and the same up to where it ends now. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { avroTableDdl } from '../../constructs/sql/avro-table';
import { SCHEMA_FILES, TOPIC } from '../../contract';
import type { SqlSession } from './gateway';
import { BATCH } from './query';

/** Addresses as Flink reaches them. */
export interface TableAddresses {
  readonly bootstrapServers: string;
  readonly registryUrl: string;
}

/** Table of the rows as they come, without end. */
export const STREAM_TABLE = TOPIC;

/** Table of the rows that are there when a query begins. */
export const BOUNDED_TABLE = `${TOPIC}_bounded`;

/** How late a row may be: none is held back for long, and bottles of one period come together. */
const WATERMARK = { column: 'time', delay: '5 SECOND' };

/**
 * At the end of a partition the broker waits this long for more rows, by default half a second, which is most of the time of a query
 * over few rows. A bounded query has no need of more rows.
 */
const NO_WAIT = { 'properties.fetch.max.wait.ms': '50' };

/** Statements that make both tables, from the schemas of the topic. */
export function tableStatements(
  addresses: TableAddresses,
  schemasDir: string,
): [stream: string, bounded: string] {
  const read = (file: string): string => readFileSync(path.join(schemasDir, file), 'utf8');
  const common = {
    ...addresses,
    topic: TOPIC,
    keySchema: read(SCHEMA_FILES.key),
    valueSchema: read(SCHEMA_FILES.value),
    watermark: WATERMARK,
  };
  return [
    avroTableDdl({ ...common, name: STREAM_TABLE }),
    avroTableDdl({ ...common, name: BOUNDED_TABLE, bounded: true, options: NO_WAIT }),
  ];
}

/**
 * Makes both tables in a session, each in the mode that its queries run in: what is made in streaming mode has an event time, which a
 * query in batch mode cannot select.
 */
export async function createTables(
  session: SqlSession,
  addresses: TableAddresses,
  schemasDir: string,
  signal?: AbortSignal,
): Promise<void> {
  const [stream, bounded] = tableStatements(addresses, schemasDir);
  await session.all(stream, { signal });
  await session.all(bounded, { signal, config: BATCH });
}
