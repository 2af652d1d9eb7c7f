/** What to do about common errors of Flink SQL. */
import { BOUNDED_TABLE, STREAM_TABLE } from './table-names';

const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /Object '.*' not found|Table .*not found/i,
    `query ${STREAM_TABLE} or ${BOUNDED_TABLE}; SHOW TABLES lists all tables of the session`,
  ],
  [/Column '.*' not found/i, `use a column of the table; DESCRIBE ${STREAM_TABLE} lists them`],
  [/Encountered "/, 'put names that are reserved words (timestamp, time, rows) in backticks'],
  [
    /Sort on a non-time-attribute/i,
    `use ${BOUNDED_TABLE}, order by time, or add LIMIT: an unbounded stream cannot be sorted`,
  ],
  [
    /NoResourceAvailable|Could not acquire the minimum required resources/i,
    'stop another query or job (see the Flink dashboard), then try again: all task slots are in use',
  ],
  [/UnknownTopicOrPartition/i, 'run `npm start`, which creates the topic'],
];

/**
 * What to do about an error of Flink SQL, from its root cause and the whole response; undefined when the
 * error is not known.
 */
export function hintFor(message: string, response: string): string | undefined {
  return HINTS.find(([pattern]) => pattern.test(message) || pattern.test(exceptions(response)))?.[1];
}

/** The lines that name exceptions, without the stack frames, which mention everything. */
function exceptions(response: string): string {
  return response
    .split('\n')
    .filter((line) => /^(Caused by: )?[\w.$]+(Exception|Error)\b/.test(line))
    .join('\n');
}
