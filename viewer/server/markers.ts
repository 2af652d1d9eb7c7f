/** Sets and deletes markers, in the compacted topic `gtsm_markers`. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Logger } from '../../producer/log';
import { Brokers } from '../../producer/publish/kafkajs-inner';
import type { SchemaRegistry } from '../../producer/publish/registry';
import { ensureTopics } from '../../producer/publish/topic';
import { defaultSchemasRoot, parseSchema, type RowSchemas } from '../../producer/records/schemas';
import { wireHeader } from '../../producer/records/wire-format';
import type { Marker, NewMarker } from '../api';
import { MARKERS_TOPIC } from './sinks';

/** How long setting a marker may take, milliseconds. */
const TIMEOUT_MS = 10_000;

/** Writes markers. Each change is acknowledged by all in-sync replicas before it resolves. */
export class MarkerWriter {
  private readonly schemas: RowSchemas;
  private ready: Promise<unknown> | undefined;

  constructor(
    private readonly bootstrapServers: readonly string[],
    private readonly registry: SchemaRegistry,
    private readonly log: Logger,
    schemasRoot = defaultSchemasRoot(),
  ) {
    const schema = (part: string) => {
      const file = path.join(schemasRoot, `${MARKERS_TOPIC}-${part}.avsc`);
      return parseSchema(file, readFileSync(file, 'utf8'));
    };
    this.schemas = { key: schema('key'), value: schema('value') };
  }

  async add(marker: NewMarker): Promise<Marker> {
    const id = randomUUID();
    await this.send(id, marker);
    return { id, ...marker };
  }

  async delete(id: string): Promise<void> {
    await this.send(id, null);
  }

  private async send(id: string, marker: NewMarker | null): Promise<void> {
    const ids = await this.registry.idsOf(MARKERS_TOPIC, this.schemas);
    const { key, value } = this.schemas;
    const encoded = (type: typeof key.type, schemaId: number, record: unknown): Buffer =>
      Buffer.concat([wireHeader(schemaId), type.toBuffer(record)]);
    const brokers = new Brokers(this.bootstrapServers, this.log);
    const producer = brokers.kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    try {
      await this.topic(brokers);
      await producer.connect();
      await producer.send({
        topic: MARKERS_TOPIC,
        acks: -1,
        timeout: TIMEOUT_MS,
        messages: [
          {
            key: encoded(key.type, ids.key, { id }),
            value: marker && encoded(value.type, ids.value, marker),
          },
        ],
      });
    } finally {
      await producer.disconnect();
    }
  }

  /** Creates the topic when it does not exist. */
  private async topic(brokers: Brokers): Promise<void> {
    this.ready ??= ensureTopics(
      brokers.kafka,
      [{ topic: MARKERS_TOPIC, isCompacted: true }],
      this.bootstrapServers,
    );
    await this.ready.catch((error: unknown) => {
      this.ready = undefined;
      throw error;
    });
  }
}
