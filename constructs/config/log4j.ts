/**
 * Logging of the Java processes: Log4j 2 properties that write to the console, which is where pods and
 * `local/` read it.
 */

/** Levels of Log4j 2. */
export type LogLevel = 'OFF' | 'ERROR' | 'WARN' | 'INFO' | 'DEBUG';

export interface Log4jConfig {
  /** Level of everything that `loggers` does not name. @default 'INFO' */
  readonly level?: LogLevel;
  /** Levels by package, for example `{ 'org.apache.kafka': 'WARN' }`. @default - none */
  readonly loggers?: Readonly<Record<string, LogLevel>>;
}

/** `log4j2.properties` (for Flink `log4j-console.properties`), loggers sorted by name. */
export function log4jConsoleProperties(config: Log4jConfig = {}): string {
  const loggers = Object.entries(config.loggers ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    'status = WARN',
    'appender.console.type = Console',
    'appender.console.name = console',
    'appender.console.layout.type = PatternLayout',
    'appender.console.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %c{1} - %m%n%xEx',
    `rootLogger.level = ${config.level ?? 'INFO'}`,
    'rootLogger.appenderRef.console.ref = console',
    ...loggers.flatMap(([name, level], i) => [
      `logger.l${i}.name = ${name}`,
      `logger.l${i}.level = ${level}`,
    ]),
    '',
  ].join('\n');
}
