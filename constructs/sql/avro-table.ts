/**
 * Flink's table of a topic, made from the topic's Avro schemas, so that no column is typed twice. The types are those that
 * Flink's `avro-confluent` format reads a schema's fields as (flink.apache.org, "Avro Format", data type mapping): the format
 * builds its reader's schema from the columns. A field that cannot come through it is refused.
 */
import { type AvroDeclaration, type AvroField, type AvroSchema, parseAvroSchema } from '../avro/avro-schema';

/** Lets a table know the time of its events, and when it can take them as complete. */
export interface Watermark {
  /** Column of an instant. */
  readonly column: string;
  /** How much later than a later one an event may come, as a SQL interval's text, for example `5 SECOND`. */
  readonly delay: string;
}

/** Where a table begins to read its topic: at its first record, after its last one, or where its consumer group stopped. */
export type TableStartup = 'earliest-offset' | 'latest-offset' | 'group-offsets';

/** What a table is made from. */
export interface AvroTableConfig {
  /** Name of the table. */
  readonly name: string;
  readonly topic: string;
  /** Brokers, `host:port` separated by commas, as Flink reaches them. */
  readonly bootstrapServers: string;
  /** Address of the registry's Confluent API, as Flink reaches it. */
  readonly registryUrl: string;
  /** Text of the value's `.avsc`, a record. */
  readonly valueSchema: string;
  /**
   * Text of the key's `.avsc`, a record. Its fields become columns, `key_` before each name.
   * @default - the key is not read
   */
  readonly keySchema?: string;
  /** @default 'key_' */
  readonly keyPrefix?: string;
  /** @default - none: the table has no event time */
  readonly watermark?: Watermark;
  /**
   * Value columns that are wanted, in the schema's order; what is left out is not decoded.
   * @default - all
   */
  readonly columns?: readonly string[];
  /**
   * Further columns, each by its SQL expression over the others.
   * @default - none
   */
  readonly computedColumns?: Readonly<Record<string, string>>;
  /**
   * Where reading begins.
   * @default 'earliest-offset'
   */
  readonly startup?: TableStartup;
  /**
   * Whether reading ends at what is the latest offset when it begins.
   * @default false
   */
  readonly bounded?: boolean;
  /**
   * Any other option of the connector or the formats, for example `properties.isolation.level`. One that is made from the settings
   * above is refused.
   * @default - none
   */
  readonly options?: Readonly<Record<string, string>>;
}

interface Column {
  readonly name: string;
  readonly type: string;
}

/**
 * `CREATE TABLE` of a topic, without a semicolon at its end. Throws on a schema that does not parse or that Flink could not read, and on a
 * watermark or column that is not there, with the names that are.
 */
export function avroTableDdl(config: AvroTableConfig): string {
  const prefix = config.keyPrefix ?? 'key_';
  const key =
    config.keySchema === undefined ? [] : columns(config.keySchema, `${config.topic} key schema`, prefix);
  const value = wanted(config, columns(config.valueSchema, `${config.topic} value schema`));
  checkNames(config, [...key, ...value]);
  const lines = [
    ...[...key, ...value].map(({ name, type }) => `${identifier(name)} ${type}`),
    ...Object.entries(config.computedColumns ?? {}).map(([name, sql]) => `${identifier(name)} AS ${sql}`),
    ...watermark(config, [...key, ...value]),
  ];
  const options = tableOptions(config, key, prefix);
  const settings = Object.keys(options)
    .sort()
    .map((name) => `${literal(name)} = ${literal(options[name] ?? '')}`);
  return `CREATE TABLE ${identifier(config.name)} (\n  ${lines.join(',\n  ')}\n) WITH (\n  ${settings.join(',\n  ')}\n)`;
}

/** A name as SQL takes it whatever it is: in back-quotes. */
export function identifier(name: string): string {
  return `\`${name.replace(/`/g, '``')}\``;
}

/** A text as a SQL literal. */
export function literal(text: string): string {
  return `'${text.replace(/'/g, "''")}'`;
}

function columns(text: string, what: string, prefix = ''): Column[] {
  const schema = parseAvroSchema(text, what);
  if (typeof schema === 'string' || isUnion(schema) || schema.type !== 'record') {
    throw new Error(`${what}: expected a record, whose fields become columns`);
  }
  return (schema.fields ?? []).map((field) => ({
    name: prefix + field.name,
    type: columnType(field, `${what}: field ${field.name}`),
  }));
}

function columnType(field: AvroField, what: string): string {
  const { type, nullable } = withoutNull(field.type, what);
  const sql = sqlType(type, what);
  return nullable ? sql : `${sql} NOT NULL`;
}

/** A union of null and one other is that other, nullable; order does not matter. */
function withoutNull(
  schema: AvroSchema,
  what: string,
): { type: string | AvroDeclaration; nullable: boolean } {
  if (!isUnion(schema)) return { type: schema, nullable: false };
  const [type, ...more] = schema.filter((branch) => branch !== 'null');
  const nullable = schema.includes('null');
  if (type === undefined || isUnion(type) || more.length > 0) {
    throw new Error(`${what}: Flink has no column for this union; expected one type, or one type and null`);
  }
  return { type, nullable };
}

const PRIMITIVES: Readonly<Record<string, string>> = {
  boolean: 'BOOLEAN',
  int: 'INT',
  long: 'BIGINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  bytes: 'BYTES',
  string: 'STRING',
};

/** Logical types by the type that they stand on. Instants come out as their UTC date and time, whatever the session's zone. */
const LOGICAL: Readonly<Record<string, string>> = {
  'int date': 'DATE',
  'int time-millis': 'TIME(3)',
  'long timestamp-millis': 'TIMESTAMP(3)',
  'long timestamp-micros': 'TIMESTAMP(6)',
};

function sqlType(type: string | AvroDeclaration, what: string): string {
  if (typeof type === 'string') return PRIMITIVES[type] ?? refuse(what, type);
  const inner = type.type;
  if (typeof inner !== 'string') return refuse(what, JSON.stringify(type));
  if (inner === 'array' && type.items !== undefined) return `ARRAY<${elementType(type.items, what)}>`;
  if (inner === 'map' && type.values !== undefined)
    return `MAP<STRING NOT NULL, ${elementType(type.values, what)}>`;
  // A logical type that Flink does not know is read as the type it stands on, as Avro wants it.
  return LOGICAL[`${inner} ${type.logicalType}`] ?? PRIMITIVES[inner] ?? refuse(what, inner);
}

function elementType(schema: AvroSchema, what: string): string {
  const { type, nullable } = withoutNull(schema, what);
  return `${sqlType(type, what)}${nullable ? '' : ' NOT NULL'}`;
}

function refuse(what: string, type: string): never {
  const known = Object.keys(PRIMITIVES).join(', ');
  throw new Error(
    `${what}: Flink's avro-confluent format cannot read ${type} into a column; expected ${known}, array or map`,
  );
}

/** TypeScript's own Array.isArray does not narrow a union that has a readonly member. */
function isUnion(schema: AvroSchema): schema is AvroSchema[] {
  return Array.isArray(schema);
}

function wanted(config: AvroTableConfig, all: Column[]): Column[] {
  const names = config.columns;
  if (names === undefined) return all;
  for (const name of names) checkColumn('columns', name, all);
  return all.filter((column) => names.includes(column.name));
}

function checkColumn(what: string, name: string, all: readonly Column[]): void {
  if (all.some((column) => column.name === name)) return;
  throw new Error(`${what}: no column '${name}'; expected one of ${all.map((c) => c.name).join(', ')}`);
}

function checkNames(config: AvroTableConfig, all: readonly Column[]): void {
  const names = [...all.map((column) => column.name), ...Object.keys(config.computedColumns ?? {})];
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new Error(
      `table ${config.name}: column '${twice}' stands there twice; choose another keyPrefix or name`,
    );
  }
}

function watermark(config: AvroTableConfig, all: readonly Column[]): string[] {
  if (!config.watermark) return [];
  const { column, delay } = config.watermark;
  const interval = /^(\d+) (SECOND|MINUTE|HOUR|DAY)S?$/i.exec(delay.trim());
  if (!interval)
    throw new Error(`watermark.delay is '${delay}': expected a number and a unit, as in '5 SECOND'`);
  if (config.computedColumns?.[column] === undefined) {
    checkColumn('watermark.column', column, all);
    const type = all.find((c) => c.name === column)?.type ?? '';
    if (!type.startsWith('TIMESTAMP(3)')) {
      throw new Error(`watermark.column: ${column} is ${type}; expected an instant (long, timestamp-millis)`);
    }
  }
  const lateness = `INTERVAL '${interval[1]}' ${interval[2]?.toUpperCase()}`;
  return [`WATERMARK FOR ${identifier(column)} AS ${identifier(column)} - ${lateness}`];
}

function tableOptions(
  config: AvroTableConfig,
  key: readonly Column[],
  prefix: string,
): Record<string, string> {
  const made: Record<string, string> = {
    connector: 'kafka',
    topic: config.topic,
    'properties.bootstrap.servers': config.bootstrapServers,
    'scan.startup.mode': config.startup ?? 'earliest-offset',
    'value.format': 'avro-confluent',
    'value.avro-confluent.url': config.registryUrl,
    ...(config.bounded ? { 'scan.bounded.mode': 'latest-offset' } : {}),
    ...(key.length > 0
      ? {
          'key.format': 'avro-confluent',
          'key.avro-confluent.url': config.registryUrl,
          'key.fields': key.map((column) => column.name).join(';'),
          'key.fields-prefix': prefix,
          'value.fields-include': 'EXCEPT_KEY',
        }
      : {}),
  };
  for (const name of Object.keys(config.options ?? {})) {
    if (made[name] !== undefined) {
      throw new Error(`table ${config.name}: option '${name}' is made from the typed settings; set it there`);
    }
  }
  return { ...made, ...config.options };
}
