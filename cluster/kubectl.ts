/**
 * Talks to a cluster through kubectl as a child process, so that everything in the user's kubeconfig works
 * here too.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../contract/user-error';
import type { Target } from './target';

/** Limit on the output of one command. The objects and events of a namespace are far below it. */
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;

/** How to get kubectl. */
export const KUBECTL_INSTALL =
  'Install it (https://kubernetes.io/docs/tasks/tools/) so that it is found on PATH.';

/** kubectl with a context and a namespace. */
export class Kubectl {
  constructor(readonly target: Target) {}

  /** Complete arguments of kubectl, for messages and for child processes. */
  command(...args: readonly string[]): [string, ...string[]] {
    return ['kubectl', ...this.args(args)];
  }

  /**
   * Runs it and returns its output.
   * @param input standard input of the command; empty by default
   * @throws UserError with the message of kubectl, or when kubectl or the cluster cannot be reached
   */
  text(args: readonly string[], input?: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = execFile(
        'kubectl',
        this.args(args),
        { env: process.env, maxBuffer: MAX_ANSWER_BYTES },
        (error, stdout, stderr) => {
          if (error === null) resolve(stdout);
          else reject(failure(args, error, stderr));
        },
      );
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(input);
    });
  }

  /** Runs it and returns its output, parsed as JSON. */
  async json<Answer>(args: readonly string[]): Promise<Answer> {
    return JSON.parse(await this.text([...args, '-o', 'json'])) as Answer;
  }

  /** Returns one object, or undefined when it does not exist. */
  async find<Answer>(kind: string, name: string): Promise<Answer | undefined> {
    const answer = await this.text(['get', kind, name, '--ignore-not-found', '-o', 'json']);
    return answer.trim() === '' ? undefined : (JSON.parse(answer) as Answer);
  }

  /** Runs it on this terminal and returns its exit code. */
  async onTerminal(...args: readonly string[]): Promise<number> {
    const child = spawn('kubectl', this.args(args), { stdio: 'inherit' });
    const [code] = (await once(child, 'exit').catch((error: unknown) => {
      throw failure(args, error as NodeJS.ErrnoException, '');
    })) as [number | null];
    return code ?? 1;
  }

  /**
   * Runs it with a stream as its input, and resolves when both have ended.
   * @throws UserError with the message of kubectl
   */
  async feed(args: readonly string[], input: Readable): Promise<void> {
    const child = spawn('kubectl', this.args(args), { stdio: ['pipe', 'inherit', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const ended = once(child, 'exit') as Promise<[number | null]>;
    const fed = pipeline(input, child.stdin).catch((error: unknown) => error);
    const [code] = await ended.catch((error: unknown) => {
      throw failure(args, error as NodeJS.ErrnoException, '');
    });
    const broken = await fed;
    if (code !== 0) throw failure(args, undefined, said);
    if (broken instanceof Error) throw broken;
  }

  private args(args: readonly string[]): string[] {
    const { context, namespace } = this.target;
    return [...(context === undefined ? [] : ['--context', context]), '--namespace', namespace, ...args];
  }
}

function failure(
  args: readonly string[],
  error: NodeJS.ErrnoException | { code?: unknown } | undefined,
  stderr: string,
): Error {
  if (error?.code === 'ENOENT') {
    return new UserError('PROGRAM_FAILED', 'kubectl is not installed: it is needed to talk to the cluster', {
      fix: KUBECTL_INSTALL,
    });
  }
  if (/was refused|no such host|i\/o timeout|Unable to connect|context .* does not exist/i.test(stderr)) {
    const lines = stderr.trim().split('\n');
    return new UserError('CLUSTER_FAILED', `no cluster answers: ${lines.at(-1) ?? ''}`, {
      fix: 'start it (npm run kind:up, minikube start), or name another by KUBECONFIG or --context; `kubectl config get-contexts` lists them',
    });
  }
  return new UserError(
    'CLUSTER_FAILED',
    `kubectl ${args.join(' ')}: ${stderr.trim() || 'failed without a message'}`,
  );
}
