/** A pod's port on this machine, by `kubectl port-forward`: NetworkPolicies do not stand in its way. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Kubectl } from '../../../cluster/kubectl';
import { collect } from './collect';

export class Forward {
  private constructor(
    /** Port of 127.0.0.1 that leads to the pod. */
    readonly port: number,
    private readonly process: ChildProcess,
  ) {}

  /**
   * Opens a way to one pod of `target` (`svc/NAME`, `pod/NAME`). It leads to that pod until it is closed or
   * the pod is gone.
   * @param localPort port of this machine; by default a free one
   */
  static async open(kubectl: Kubectl, target: string, port: number, localPort?: number): Promise<Forward> {
    const ports = `${localPort ?? ''}:${port}`;
    const [program, ...args] = kubectl.command('port-forward', '--address', '127.0.0.1', target, ports);
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const output = collect(child.stdout);
    const errors = collect(child.stderr);
    for (;;) {
      const [, opened] = /^Forwarding from 127\.0\.0\.1:(\d+)/m.exec(output()) ?? [];
      if (opened !== undefined) return new Forward(Number(opened), child);
      if (child.exitCode !== null) throw new Error(`no way to port ${port} of ${target}: ${errors()}`);
      await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
    }
  }

  /** Base address for HTTP. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill();
    await once(this.process, 'close');
  }
}
