/** The shop: maintains the catalogue and sends clicks. */
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { CLICKS_TOPICS } from '../../jobs/clicks';
import { register } from '../jobs/registration';
import { addresses, type LocalSettings } from '../settings';
import type { Click } from './expected';

/** The first catalogue, by the ids of the items. */
export const FIRST_CATALOGUE: readonly (readonly [id: number, name: string])[] = [
  [1, 'jeans'],
  [2, 'skirt'],
  [3, 'shorts'],
  [4, 't-shirt'],
  [5, 'hoodie'],
];

/** An id that is in no catalogue. */
export const UNKNOWN_ID = 999;

/** A client of the broker of this machine. */
export function kafkaClient(settings: LocalSettings): Kafka {
  return new Kafka({ clientId: 'clicks', brokers: [addresses(settings).kafka], logLevel: logLevel.NOTHING });
}

export class Shop {
  private constructor(
    private readonly producer: Producer,
    private readonly registry: SchemaRegistry,
    private readonly schemaIds: Readonly<Record<'itemKey' | 'item' | 'click', number>>,
  ) {}

  static async open(settings: LocalSettings): Promise<Shop> {
    const registry = new SchemaRegistry({ host: addresses(settings).registry });
    const id = async (subject: string): Promise<number> => {
      const found = await register(registry, subject);
      if (found === undefined) throw new Error(`no schema avro_schemas/${subject}.avsc`);
      return found;
    };
    const { ids, items } = CLICKS_TOPICS;
    const schemaIds = {
      itemKey: await id(`${items}-key`),
      item: await id(`${items}-value`),
      click: await id(`${ids}-value`),
    };
    const producer = kafkaClient(settings).producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    return new Shop(producer, registry, schemaIds);
  }

  /** Names items. A name is valid from `since` on, in milliseconds since 1970-01-01 UTC. */
  async name(items: readonly (readonly [id: number, name: string])[], since: number): Promise<void> {
    const messages = items.map(async ([id, name]) => ({
      key: await this.registry.encode(this.schemaIds.itemKey, { id }),
      value: await this.registry.encode(this.schemaIds.item, { name }),
      timestamp: String(since),
    }));
    await this.producer.send({ topic: CLICKS_TOPICS.items, acks: -1, messages: await Promise.all(messages) });
  }

  /** Sends clicks. Resolves when Kafka has acknowledged them. */
  async click(clicks: readonly Click[]): Promise<void> {
    const messages = clicks.map(async ({ id, time }) => ({
      value: await this.registry.encode(this.schemaIds.click, { id, time }),
    }));
    await this.producer.send({ topic: CLICKS_TOPICS.ids, acks: -1, messages: await Promise.all(messages) });
  }

  async close(): Promise<void> {
    await this.producer.disconnect();
  }
}
