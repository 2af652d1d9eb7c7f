import { propertiesEnv, propertiesText } from '../../../constructs/config/properties';

test('text is sorted, whatever the order was', () => {
  expect(propertiesText({ b: '1', a: '2' })).toBe('a=2\nb=1\n');
});

test('what Java would read as something else is escaped', () => {
  expect(propertiesText({ 'a key': ' C:\\dir\nnext', 'é=1': 'tab\tü' })).toBe(
    'a\\ key=\\ C:\\\\dir\\nnext\n\\u00e9\\=1=tab\\t\\u00fc\n',
  );
});

test('names become variables as the images read them back', () => {
  expect(propertiesEnv('KAFKA', { 'log.dirs': '/d', 'a_b-c.d': '1' })).toEqual({
    KAFKA_A__B___C_D: '1',
    KAFKA_LOG_DIRS: '/d',
  });
});
