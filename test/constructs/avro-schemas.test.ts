import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AvroSchemas } from '../../constructs/index';
import { newChart, objectOf, synth } from './support';

const INT = '"int"\n';

describe('AvroSchemas', () => {
  test('required props only', () => {
    const chart = newChart();
    new AvroSchemas(chart, 'schemas', { files: { 'b.avsc': INT, 'a.avsc': '"long"' } });
    expect(synth(chart)).toMatchSnapshot();
  });

  test('all props', () => {
    const chart = newChart();
    new AvroSchemas(chart, 'schemas', {
      directory: join(__dirname, '../../avro_schemas'),
      name: 'gtsm-schemas',
    });
    expect(synth(chart)).toMatchSnapshot();
  });

  test('uses the .avsc files of a folder unchanged, and no other file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'schemas-'));
    writeFileSync(join(folder, 'a.avsc'), INT);
    writeFileSync(join(folder, 'README.md'), 'text');
    const chart = newChart();
    new AvroSchemas(chart, 'schemas', { directory: folder });
    expect(objectOf(chart, 'ConfigMap', 'avro-schemas').data).toEqual({ 'a.avsc': INT });
    rmSync(folder, { recursive: true });
  });

  test('is mounted read-only', () => {
    const schemas = new AvroSchemas(newChart(), 'schemas', { files: { 'a.avsc': INT } });
    expect(schemas.mount()).toEqual({ name: 'avro-schemas', mountPath: '/avro_schemas', readOnly: true });
    expect(schemas.volume()).toEqual({ name: 'avro-schemas', configMap: { name: 'avro-schemas' } });
  });

  test('the hash depends on the content, not on the order', () => {
    const hash = (files: Record<string, string>) => new AvroSchemas(newChart(), 'schemas', { files }).hash;
    expect(hash({ 'a.avsc': INT, 'b.avsc': INT })).toBe(hash({ 'b.avsc': INT, 'a.avsc': INT }));
    expect(hash({ 'a.avsc': INT })).not.toBe(hash({ 'a.avsc': '"long"' }));
  });

  test.each([
    [
      'neither folder nor files',
      {},
      'test/schemas: directory and files is "neither"; allowed: exactly one of the two',
    ],
    ['both', { directory: '.', files: {} }, 'directory and files is "both"'],
    ['no file', { files: {} }, 'files is "none"; allowed: one .avsc file or more'],
    [
      'a file name that is not a valid key',
      { files: { 'a b.avsc': INT } },
      'files is "a b.avsc"; allowed: letters',
    ],
    [
      'a schema that is not JSON',
      { files: { 'a.avsc': '{\n"type"' } },
      'test/schemas: a.avsc: line 2, column 7: not JSON',
    ],
    [
      'a schema that does not parse',
      { files: { 'a.avsc': '{"type":"record","name":"r","fields":[{"name":"x","type":"itn"}]}' } },
      'test/schemas: a.avsc: at /fields/0 (x)/type: found "itn"',
    ],
    [
      'more than fits into a ConfigMap',
      { files: { 'a.avsc': `"int"${' '.repeat(1_000_000)}` } },
      'at most 1000000 bytes',
    ],
  ])('throws on %s', (_, props, message) => {
    expect(() => new AvroSchemas(newChart(), 'schemas', props)).toThrow(message);
  });

  test('throws on an unknown file and suggests a similar name', () => {
    const schemas = new AvroSchemas(newChart(), 'schemas', { files: { 'gtsm_etl-key.avsc': INT } });
    expect(() => schemas.text('gtsm_etl_key.avsc')).toThrow('Did you mean "gtsm_etl-key.avsc"?');
  });
});
