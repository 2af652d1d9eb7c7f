/** jest's globalTeardown of the end-to-end tests: stops the services and removes their state. */
import { rm } from 'node:fs/promises';

export default async function teardown(): Promise<void> {
  const started = globalThis.e2eServices;
  started?.control.close();
  await started?.stack.stop();
  if (started) await rm(started.stack.settings.stateDir, { recursive: true, force: true });
}
