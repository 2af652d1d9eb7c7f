/** Runs the producer's command line, as users do. */
import { access, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { EXIT, PRODUCER_ENV } from '../contract';
import { UserError } from '../contract/user-error';
import { Child } from '../cli/child';
import { ROOT } from '../cli/root';
import { addresses, type LocalSettings } from './settings';

/** The producer's command line, a program for Node. */
export const PRODUCER_CLI = path.join(ROOT, 'producer', 'bin', 'strain-producer.js');

/** How long a stopped producer may take until the rows in flight are acknowledged. */
const STOP_GRACE_MS = 15_000;

/** The sample bottles. They are written the first time and are the same each time. */
export async function sampleBottles({ stateDir }: LocalSettings, signal: AbortSignal): Promise<string> {
  const dir = path.join(stateDir, 'samples');
  const there = await access(dir).then(
    () => true,
    () => false,
  );
  if (there) return dir;
  const draft = `${dir}.part`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  const code = await runCli(['sample', draft], {}, signal);
  if (code !== EXIT.ok)
    throw new UserError('PROGRAM_FAILED', `the samples could not be written (exit ${code})`, {
      fix: 'read the lines above',
    });
  await rename(draft, dir);
  return dir;
}

/**
 * Publishes bottles. True when nothing was damaged, false when some input was damaged and the rest is
 * published.
 */
export async function produce(
  settings: LocalSettings,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  const code = await runCli(['produce', ...paths], producerEnv(settings), signal);
  if (code === EXIT.ok || code === EXIT.damaged) return code === EXIT.ok;
  throw new UserError(
    'PROGRAM_FAILED',
    `the bottles could not be published (strain-producer produce: exit ${code})`,
    { fix: 'read the lines above; the next start goes on where this one ended' },
  );
}

/** Environment in which the producer finds these services. */
export function producerEnv(settings: LocalSettings): NodeJS.ProcessEnv {
  const { kafka, registry } = addresses(settings);
  return {
    [PRODUCER_ENV.bootstrapServers]: kafka,
    [PRODUCER_ENV.schemaRegistryUrl]: registry,
    [PRODUCER_ENV.avroSchemasRoot]: path.join(ROOT, 'avro_schemas'),
  };
}

async function runCli(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<number | null> {
  const child = await Child.start({
    command: [process.execPath, PRODUCER_CLI, ...args],
    cwd: process.cwd(),
    env,
  });
  const stop = (): void => void child.stop(STOP_GRACE_MS);
  signal.addEventListener('abort', stop);
  const { code } = await child.ended;
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  return code;
}
