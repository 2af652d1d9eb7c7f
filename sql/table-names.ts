import { TOPIC } from '../contract';

/** Table of the rows as an unbounded stream. */
export const STREAM_TABLE = TOPIC;

/** Table of the rows that exist when a query starts. */
export const BOUNDED_TABLE = `${TOPIC}_bounded`;
