import { readFileSync } from 'node:fs';

import { SCHEMA_FILES } from '../../../contract';
import { CHANNELS, channelsOf, fieldIndex, fieldOf } from '../../../producer/bottle/channels';

test('the channels fill the fields of the Avro schema, in its order', () => {
  const schema = JSON.parse(readFileSync(`avro_schemas/${SCHEMA_FILES.value}`, 'utf8')) as {
    fields: { name: string; doc: string }[];
  };
  const fields = schema.fields.filter(({ name }) => !['site', 'time', 'timestamp'].includes(name));
  expect(CHANNELS.map(({ field }) => field)).toEqual(fields.map(({ name }) => name));
  // The schema's text begins with the channel: `Day CH0: …`.
  expect(CHANNELS.map(({ session, name }) => `${session} ${name}`)).toEqual(
    fields.map(({ doc }) => doc.slice(0, doc.indexOf(':'))),
  );
});

test.each([
  ['Day', 'CH0', 'rs1_t0'],
  ['Hour', 'CH3', 'ls4_t0'],
  ['Min', 'CH1', 'bs2_t0'],
  ['Day', 'PressureKPa', 'rdo_ts'],
  ['Day', 'RTSettingCH2', 'rcc_t0'],
  ['Day', 'CalOffsetCH0G3', 'rca_t3'],
  ['Day', 'CalStepCH3G2', 'rcd_t5'],
  ['Day', 'CalOffsetCH1G0', 'rcb_t7'],
  ['Day', 'CalStepCH2G0', 'rcc_t8'],
] as const)('%s %s fills %s', (session, channel, field) => {
  expect(fieldOf(session, channel)).toBe(field);
});

test('a channel of one session is not one of another', () => {
  expect(fieldOf('Hour', 'PressureKPa')).toBeUndefined();
  expect(channelsOf('Min')).toEqual(['CH0', 'CH1', 'CH2', 'CH3']);
  expect(() => fieldIndex('site')).toThrow('site is not a value field of a row');
});
