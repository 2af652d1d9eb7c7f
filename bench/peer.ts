/** The path of a Python user, for comparison. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import { SCHEMA_FILES } from '../contract';
import { defaultSchemasRoot } from '../producer/records/schemas';

const SCRIPT = path.join(__dirname, 'peer.py');
const TIMEOUT_MS = 120_000;

/** Python, with its modules; `PYTHON` names another one. */
const PYTHON = process.env.PYTHON ?? 'python3';
const MODULES = 'numpy, fastavro, confluent_kafka';

const run = promisify(execFile);

/** Why the Python path cannot run; undefined when it can. */
export async function whyNoPeer(): Promise<string | undefined> {
  try {
    await run(PYTHON, ['-c', `import ${MODULES}`]);
    return undefined;
  } catch (error) {
    const { code, stderr = '' } = error as { code?: string | number; stderr?: string };
    const reason = code === 'ENOENT' ? 'it is not installed' : (stderr.trim().split('\n').at(-1) ?? '');
    return `${PYTHON}: ${reason}; it needs the modules ${MODULES}`;
  }
}

/** Publishes an archive once and resolves to rows per second, without the start of Python. */
export async function runPeer(archive: string, bootstrapServer: string, topic: string): Promise<number> {
  const schema = path.join(defaultSchemasRoot(), SCHEMA_FILES.value);
  const { stdout } = await run(PYTHON, [SCRIPT, archive, bootstrapServer, topic, schema], {
    timeout: TIMEOUT_MS,
  });
  const [rows, seconds] = stdout.trim().split(' ').map(Number);
  if (!rows || !seconds) throw new Error(`${SCRIPT} printed no rate: ${stdout}`);
  return rows / seconds;
}
