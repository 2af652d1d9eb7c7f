/** kubectl as a child process, against the cluster that KUBECONFIG names. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export interface KubectlOptions {
  /** What it reads from standard input. @default - nothing */
  readonly input?: string;
}

/**
 * Runs kubectl to its end and gives its standard output.
 * @throws when it cannot be started, or fails: the error has its words
 */
export async function kubectl(args: readonly string[], options: KubectlOptions = {}): Promise<string> {
  const child = spawnKubectl(args);
  child.stdin?.on('error', () => undefined).end(options.input);
  const output = collect(child.stdout);
  const errors = collect(child.stderr);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code === 0) return output();
  throw new Error(`'kubectl ${args.join(' ')}' ended with ${code ?? 'a signal'}: ${errors() || output()}`);
}

/** Runs kubectl with `-o json` and gives what it says as an object. */
export async function kubectlJson<T>(...args: string[]): Promise<T> {
  return JSON.parse(await kubectl([...args, '-o', 'json'])) as T;
}

/** Starts kubectl, for commands that run until they are ended. */
export function spawnKubectl(args: readonly string[]): ChildProcess {
  return spawn('kubectl', args, { stdio: 'pipe' });
}

/** Gathers what a stream gives. */
export function collect(stream: NodeJS.ReadableStream | null): () => string {
  let text = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return () => text;
}
