/** Flink's own SQL prompt, connected to the gateway, with all tables defined. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findJava } from './requirements';
import { flinkConfDir, javaArgs } from './services/flink';
import type { LocalSettings } from './settings';

/** Opens the prompt on this terminal, and returns its exit code when the user leaves it. */
export async function openPrompt(settings: LocalSettings, tables: readonly string[]): Promise<number> {
  const conf = flinkConfDir(settings);
  const init = path.join(conf, 'tables.sql');
  await mkdir(conf, { recursive: true });
  await writeFile(init, tables.map((ddl) => `${ddl};\n`).join('\n'));
  const client = spawn(
    await findJava(),
    [
      '-Xmx128m',
      ...javaArgs(settings, 'client'),
      'org.apache.flink.table.client.SqlClient',
      'gateway',
      '--endpoint',
      `localhost:${settings.ports.sql}`,
      '--init',
      init,
    ],
    { stdio: 'inherit', env: { ...process.env, FLINK_CONF_DIR: conf } },
  );
  // Ctrl-C is handled by the prompt: it clears the line or ends a query.
  process.on('SIGINT', () => undefined);
  const [code] = (await once(client, 'exit')) as [number | null];
  return code ?? 1;
}
