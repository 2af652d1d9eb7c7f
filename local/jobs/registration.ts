/** Schemas of a job's topics: registered as they stand in `avro_schemas/`. */
import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import type { JobDefinition } from '../../jobs/definition';
import { UserError } from '../../contract/user-error';
import { readSchema } from '../../avro/folder';

/** Registers keys' and values' schemas of all topics that have a table. Each later version has to be readable by the code of before. */
export async function registerSchemas(registryUrl: string, job: JobDefinition): Promise<void> {
  const registry = new SchemaRegistry({ host: registryUrl });
  const topics = new Set(job.tables.map(({ topic }) => topic));
  const subjects = [...topics].flatMap((topic) => [`${topic}-key`, `${topic}-value`]);
  await Promise.all(subjects.map((subject) => register(registry, subject)));
}

/**
 * Registers the schema of a subject, unless there is no file of it. Gives its id in the registry.
 * @throws UserError when the registry has one there that does not go with it
 */
export async function register(registry: SchemaRegistry, subject: string): Promise<number | undefined> {
  const file = `${subject}.avsc`;
  const schema = readSchema(file);
  if (schema === undefined) return undefined;
  const confluent = { type: SchemaType.AVRO, schema: JSON.stringify(JSON.parse(schema)) } as const;
  // The producer may have registered it, under a level of its choice, which `register` would refuse.
  const there = await registry.getRegistryIdBySchema(subject, confluent).catch(() => undefined);
  if (there !== undefined) return there;
  try {
    const { id } = await registry.register(confluent, { subject, compatibility: COMPATIBILITY.BACKWARD });
    return id;
  } catch (error) {
    throw new UserError(
      'JOB_FAILED',
      `the registry did not take avro_schemas/${file}: ${(error as Error).message}`,
      { fix: 'give each new field a default, and change no type; or begin anew with `npm run local:clean`' },
    );
  }
}
