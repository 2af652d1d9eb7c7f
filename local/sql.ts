/** `npm run sql` on the services of this machine. */
import { UserError } from '../contract/user-error';
import type { JobAddresses } from '../jobs/definition';
import { SqlSession } from '../sql/gateway';
import type { PrintOptions } from '../sql/print';
import { runStatements } from '../sql/statements';
import { createTables, sessionStatements } from '../sql/tables';
import { findRun } from './lock';
import { openPrompt } from './prompt';
import { addresses, type LocalSettings } from './settings';

/**
 * Runs statements and prints their results; without statements, opens a prompt. Returns the exit code.
 * @throws UserError when no services are running, or a statement fails
 */
export async function sqlOnThisMachine(
  given: LocalSettings,
  statements: readonly string[],
  options: Omit<PrintOptions, 'width'>,
): Promise<number> {
  // The running services may have been started with other ports.
  const run = await findRun(given.stateDir);
  const settings: LocalSettings = { ...given, ports: run?.ports ?? given.ports };
  const url = addresses(settings);
  const tables: JobAddresses = { bootstrapServers: url.kafka, registryUrl: url.registry };
  const session = await SqlSession.open(url.gateway).catch((error: unknown) => {
    throw new UserError('SERVICE_FAILED', error instanceof Error ? error.message : String(error), {
      fix: run
        ? 'wait until `npm start` reports that the services are up'
        : 'start the services first: npm start',
    });
  });
  if (statements.length === 0) {
    await session.close();
    const init = sessionStatements(tables).map(({ sql }) => sql);
    return openPrompt(settings, init);
  }
  return runStatements(session, (it, signal) => createTables(it, tables, signal), statements, options);
}
