/** Avro schemas as JSON (Avro 1.12, "Schema Declaration"). */

/** A parsed Avro schema: the JSON of the file. */
export type AvroSchema = string | AvroSchema[] | AvroDeclaration;

/** A schema written as a JSON object. */
export interface AvroDeclaration {
  /** `record`, `enum`, `array`, `map`, `fixed`, or a primitive type with further attributes. */
  readonly type: AvroSchema;
  /**
   * Name of a record, enum or fixed.
   * @default - none, for the other types
   */
  readonly name?: string;
  /**
   * Namespace of the name.
   * @default - the enclosing declaration's
   */
  readonly namespace?: string;
  /**
   * Fields of a record.
   * @default - none, for the other types
   */
  readonly fields?: readonly AvroField[];
  /**
   * Symbols of an enum.
   * @default - none, for the other types
   */
  readonly symbols?: readonly string[];
  /**
   * Type of an array's items.
   * @default - none, for the other types
   */
  readonly items?: AvroSchema;
  /**
   * Type of a map's values.
   * @default - none, for the other types
   */
  readonly values?: AvroSchema;
  /**
   * Size of a fixed, in bytes.
   * @default - none, for the other types
   */
  readonly size?: number;
  /**
   * Logical type, for example `timestamp-millis`.
   * @default - the type itself
   */
  readonly logicalType?: string;
  /**
   * Documentation.
   * @default - none
   */
  readonly doc?: string;
}

/** A field of a record. */
export interface AvroField {
  /** Name of the field. */
  readonly name: string;
  /** Its type; a union with `null` when it may be null. */
  readonly type: AvroSchema;
  /**
   * Documentation.
   * @default - none
   */
  readonly doc?: string;
  /**
   * Value that readers use when the writer had no such field.
   * @default - none: the field is required
   */
  readonly default?: unknown;
}
