import { readFileSync } from 'node:fs';
import path from 'node:path';

import { TOPIC } from '../../../contract';
import {
  PROGRESS_KEY_SCHEMA,
  PROGRESS_VALUE_SCHEMA,
  progressTopicOf,
} from '../../../producer/exactly-once/progress-schema';
import { defaultSchemasRoot } from '../../../producer/records/schemas';

test.each([
  ['key', PROGRESS_KEY_SCHEMA],
  ['value', PROGRESS_VALUE_SCHEMA],
])(
  'the file of the %s has the schema that the producer registers, its fields in that order',
  (part, schema) => {
    const file = path.join(defaultSchemasRoot(), `${progressTopicOf(TOPIC)}-${part}.avsc`);
    expect(JSON.stringify(JSON.parse(readFileSync(file, 'utf8')))).toBe(JSON.stringify(schema));
  },
);
