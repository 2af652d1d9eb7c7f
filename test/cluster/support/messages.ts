/**
 * Messages of Kafka as clients of the registry read them: magic byte, the schema's id, the record in Avro.
 */
import { Type } from 'avsc';

const HEADER_BYTES = 5;

/** Decodes messages with the schemas that a registry has. Works for the key and for the value. */
export class MessageDecoder {
  private readonly types = new Map<number, Type>();

  /** @param registry base address of its API */
  constructor(private readonly registry: string) {}

  /** @throws when the message has no schema's id, or the registry does not know it */
  async decode(message: Buffer): Promise<Record<string, unknown>> {
    if (message.length < HEADER_BYTES || message[0] !== 0) {
      throw new Error(`no message with a schema's id: ${message.subarray(0, 16).toString('hex')}`);
    }
    const id = message.readInt32BE(1);
    const type = this.types.get(id) ?? (await this.load(id));
    return type.fromBuffer(message.subarray(HEADER_BYTES)) as Record<string, unknown>;
  }

  private async load(id: number): Promise<Type> {
    const { schema } = await getJson<{ schema: string }>(`${this.registry}/schemas/ids/${id}`);
    const type = Type.forSchema(JSON.parse(schema) as Parameters<typeof Type.forSchema>[0], {
      wrapUnions: 'never',
    });
    this.types.set(id, type);
    return type;
  }
}

/** The answer to a GET, as JSON. */
export async function getJson<T>(url: string): Promise<T> {
  const response = await fetch(url);
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}
