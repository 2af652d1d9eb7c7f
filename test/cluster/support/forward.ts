/** A pod's port on this machine, by `kubectl port-forward`: NetworkPolicies do not stand in its way. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { spawnKubectl, collect } from './kubectl';

export class Forward {
  private constructor(
    /** Port of 127.0.0.1 that leads to the pod. */
    readonly port: number,
    private readonly process: ChildProcess,
  ) {}

  /**
   * Opens a way to one pod of `target` (`svc/NAME`, `pod/NAME`). It leads to that pod until it is closed or the pod is gone.
   * @param localPort port of this machine; by default a free one
   */
  static async open(namespace: string, target: string, port: number, localPort?: number): Promise<Forward> {
    const args = [
      '-n',
      namespace,
      'port-forward',
      '--address',
      '127.0.0.1',
      target,
      `${localPort ?? ''}:${port}`,
    ];
    const child = spawnKubectl(args);
    const output = collect(child.stdout);
    const errors = collect(child.stderr);
    for (;;) {
      const [, opened] = /^Forwarding from 127\.0\.0\.1:(\d+)/m.exec(output()) ?? [];
      if (opened !== undefined) return new Forward(Number(opened), child);
      if (child.exitCode !== null) throw new Error(`kubectl ${args.join(' ')}: ${errors()}`);
      await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'close')]);
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
