/**
 * The Avro schemas of the progress topic. The producer reads its own records back, so the schemas are part of
 * it; `avro_schemas/` has the same for Flink and for the topics Job.
 */

/** The topic of the progress that belongs to a topic of rows. */
export const progressTopicOf = (topic: string): string => `${topic}_progress`;

const instant = (name: string, doc: string) => ({
  name,
  type: ['null', { type: 'long', logicalType: 'timestamp-millis' }],
  default: null,
  doc,
});

const field = (name: string, type: string, doc: string) => ({ name, type, doc });

export const PROGRESS_KEY_SCHEMA = {
  type: 'record',
  name: 'gtsm_etl_progress_key',
  namespace: 'gtsm',
  doc: 'Key: a session of a station in an archive.',
  fields: [
    field('site', 'string', "Station: four characters, the first of every bottle's name"),
    field('archive', 'string', 'File name of the archive, without folders'),
    field('session', 'string', 'Session of the bottles: Day, Hour (1 Hz) or Min (20 Hz)'),
  ],
};

export const PROGRESS_VALUE_SCHEMA = {
  type: 'record',
  name: 'gtsm_etl_progress',
  namespace: 'gtsm',
  doc: 'How much of an archive is published. It is committed together with the rows.',
  fields: [
    field('state', 'string', 'partial while the archive is being published, then done'),
    field('sha256', 'string', "SHA-256 of the archive's content, hexadecimal"),
    field('size_bytes', 'long', "Bytes of the archive's content"),
    field('issue', 'int', '1 for the first content under this name, one more for each other content'),
    field('topic_id', 'string', 'Id of the topic that has the rows, hexadecimal'),
    field('rows_committed', 'long', 'Rows of the archive, from the first on, that are in the topic'),
    field(
      'samples',
      'long',
      'Samples of the bottles, the missing ones included; 0 until the archive is done',
    ),
    field('missing', 'long', 'Samples without a value; 0 until the archive is done'),
    field('gaps', 'int', 'Places where rows are further apart than twice their interval'),
    field('damaged', 'int', 'Members that could not be read, in whole or in part'),
    {
      name: 'damage',
      type: ['null', 'string'],
      default: null,
      doc: 'The first damage: where, what was found and what was expected',
    },
    instant('first_time', 'Instant of the first row, milliseconds since 1970-01-01 UTC'),
    instant('last_time', 'Instant of the last row'),
    {
      name: 'committed_at',
      type: { type: 'long', logicalType: 'timestamp-millis' },
      doc: 'When this was committed, by the clock of the producer',
    },
  ],
};
