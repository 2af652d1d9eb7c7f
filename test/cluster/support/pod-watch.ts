/**
 * Everything that becomes of a namespace's pods, as it happens: a look now and then would miss how a pod
 * ended that is gone.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Kubectl } from '../../../cluster/kubectl';
import type { Pod } from './objects';

export class PodWatch {
  private process: ChildProcess | undefined;

  /**
   * @param kubectl with the namespace
   * @param notice gets each pod at first, and again at each change of it
   */
  constructor(
    private readonly kubectl: Kubectl,
    private readonly notice: (pod: Pod) => void,
  ) {}

  start(): void {
    const [program, ...args] = this.kubectl.command('get', 'pods', '--watch', '-o', 'json');
    this.process = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let rest = '';
    this.process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      // One indented object after another: the brace that ends one is at the beginning of its line.
      const objects = (rest + text).split(/(?<=^\}\n)/m);
      rest = objects.at(-1)?.endsWith('\n}\n') ? '' : (objects.pop() ?? '');
      for (const object of objects) this.notice(JSON.parse(object) as Pod);
    });
  }

  async stop(): Promise<void> {
    if (this.process?.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill();
    await once(this.process, 'close');
  }
}
