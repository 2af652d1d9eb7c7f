import type { Endpoint } from '../common/workload';

/** A registry that speaks Confluent's API, as its clients see it. */
export interface ISchemaRegistry {
  /** Base address of that API, without a slash at the end. */
  readonly url: string;
  /** What a client's `Workload` connects to. */
  readonly endpoint: Endpoint;
}
