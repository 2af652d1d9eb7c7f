import { log4jConsoleProperties } from '../../../constructs/config/log4j';

test('everything goes to the console, at INFO', () => {
  const lines = log4jConsoleProperties().split('\n');
  expect(lines).toContain('rootLogger.level = INFO');
  expect(lines).toContain('rootLogger.appenderRef.console.ref = console');
});

test('levels by package, sorted', () => {
  const text = log4jConsoleProperties({ level: 'WARN', loggers: { 'org.b': 'DEBUG', 'org.a': 'OFF' } });
  expect(text).toContain('rootLogger.level = WARN');
  expect(text).toContain(
    'logger.l0.name = org.a\nlogger.l0.level = OFF\nlogger.l1.name = org.b\nlogger.l1.level = DEBUG\n',
  );
});
