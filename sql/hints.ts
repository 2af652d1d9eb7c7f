/** What to do about errors of Flink SQL that people meet here. */
import type { SqlError } from './gateway';
import { BOUNDED_TABLE, STREAM_TABLE } from './tables';

const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /Object '.*' not found|Table .*not found/i,
    `the rows are in ${STREAM_TABLE} and ${BOUNDED_TABLE}; SHOW TABLES lists all tables of the session`,
  ],
  [/Column '.*' not found/i, `DESCRIBE ${STREAM_TABLE} lists the columns`],
  [/Encountered "/, 'a name that is also a word of SQL (timestamp, time, rows) needs back-quotes'],
  [
    /Sort on a non-time-attribute/i,
    `a stream has no end to sort at: use ${BOUNDED_TABLE}, order by time, or add LIMIT`,
  ],
  [
    /NoResourceAvailable|Could not acquire the minimum required resources/i,
    'all slots are taken by other queries: end one (see the Flink dashboard), then try again',
  ],
  [/UnknownTopicOrPartition/i, 'the topic is gone; `npm start` makes it'],
];

/** A hint for an error, when there is one. */
export function hintFor(error: SqlError): string | undefined {
  return HINTS.find(
    ([pattern]) => pattern.test(error.message) || pattern.test(firstLines(error.details)),
  )?.[1];
}

/** Where Flink names its errors; deeper in the trace stands everything. */
function firstLines(details: string): string {
  return details
    .split('\n')
    .filter((line) => /^(Caused by: )?[\w.$]+(Exception|Error)\b/.test(line))
    .join('\n');
}
