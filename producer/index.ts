/** The producer as a library: reads and writes bottles and archives, and converts them to rows. */
export { type Limits, DEFAULT_LIMITS } from './archive/limits';
export { type Bottle, decodeBottle } from './bottle/bottle';
export { type Channel, CHANNELS, channelsOf, fieldOf } from './bottle/channels';
export {
  type BottleHeader,
  type ByteOrder,
  type DataType,
  DATA_TYPES,
  decodeHeader,
  HEADER_BYTES,
} from './bottle/header';
export {
  type ArchiveName,
  type BottleName,
  formatArchiveName,
  formatBottleName,
  parseArchiveName,
  parseBottleName,
  type Period,
  periodAt,
  periodEnd,
  periodStart,
} from './bottle/name';
export { type Session, SESSIONS } from './bottle/session';
export { decodeSamples, FLOAT_SCALE, type Samples } from './bottle/samples';
export { type BottleContent, encodeBottle } from './bottle/write';
export { type Damage, type Flaw, FlawError, formatDamage, type Place } from './damage';
export { UserError, type UserErrorCode } from '../contract/user-error';
export { readBatches, type ReadBottle, readBottles, type ReadOptions } from './read';
export { ReadReport, type ReadSummary, type StreamCounts } from './report';
export { type Column, type RowBatch } from './rows/batch';
export { ndjsonFormatter } from './rows/json';
export { timestampFormatter } from './rows/timestamp';
