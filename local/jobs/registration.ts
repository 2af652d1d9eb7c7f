/** Registers the schemas of a job's topics from `avro_schemas/`. */
import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import type { JobDefinition } from '../../jobs/definition';
import { UserError } from '../../contract/user-error';
import { readSchema } from '../../avro/folder';

/**
 * Registers the key and value schemas of all topics that have a table. Older code must be able to read each
 * new version.
 */
export async function registerSchemas(registryUrl: string, job: JobDefinition): Promise<void> {
  const registry = new SchemaRegistry({ host: registryUrl });
  const topics = new Set(job.tables.map(({ topic }) => topic));
  const subjects = [...topics].flatMap((topic) => [`${topic}-key`, `${topic}-value`]);
  await Promise.all(subjects.map((subject) => register(registry, subject)));
}

/**
 * Registers the schema of a subject, if it has a file. Returns its id in the registry.
 * @throws UserError when it is not compatible with the registered schema
 */
export async function register(registry: SchemaRegistry, subject: string): Promise<number | undefined> {
  const file = `${subject}.avsc`;
  const schema = readSchema(file);
  if (schema === undefined) return undefined;
  const confluent = { type: SchemaType.AVRO, schema: JSON.stringify(JSON.parse(schema)) } as const;
  // The producer may have registered it with its own compatibility level, which `register` would refuse.
  const there = await registry.getRegistryIdBySchema(subject, confluent).catch(() => undefined);
  if (there !== undefined) return there;
  try {
    const { id } = await registry.register(confluent, { subject, compatibility: COMPATIBILITY.BACKWARD });
    return id;
  } catch (error) {
    throw new UserError(
      'JOB_FAILED',
      `the registry refused avro_schemas/${file}: ${(error as Error).message}`,
      {
        fix: 'give each new field a default and change no type, or delete all data with `npm run local:clean`',
      },
    );
  }
}
