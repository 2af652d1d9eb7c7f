/** Copies files to the claim of the bottles and deletes them, through a pod that exists only for this. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kubectl } from '../kubectl';
import { rolloutError } from '../rollout/rollout-error';
import { Snapshot } from '../rollout/snapshot';
import { podTroubles } from '../rollout/object-troubles';
import { type Batch, packBatch } from './batch';
import { BOTTLES_FOLDER, type Manifest } from './objects';

const LOOK_MS = 1_000;

/** How long the pod may take to start: the first time, a volume is created and an image is pulled. */
const START_MS = 180_000;

/** Unpacks standard input into folder $1, completely or not at all. */
const UNPACK = 'rm -rf "$1.part" && mkdir "$1.part" && tar -x -f - -C "$1.part" && mv "$1.part" "$1"';

/** The pod with the claim. */
export class Copier {
  private constructor(
    private readonly kubectl: Kubectl,
    private readonly pod: string,
  ) {}

  /**
   * Runs the pod until `use` has ended.
   * @throws UserError when it does not start
   */
  static async with<Result>(
    kubectl: Kubectl,
    manifest: Manifest,
    use: (copier: Copier) => Promise<Result>,
  ): Promise<Result> {
    const { name } = manifest.metadata;
    const remove = (): Promise<string> => kubectl.text(['delete', 'pod', name, '--ignore-not-found']);
    // A pod that was left behind may be terminating.
    await remove();
    await kubectl.text(['apply', '--filename', '-'], JSON.stringify(manifest));
    try {
      await waitForPod(kubectl, name);
      return await use(new Copier(kubectl, name));
    } finally {
      await remove();
    }
  }

  /** Copies a batch to its folder, unless it exists. True when it was copied. */
  async put(batch: Batch): Promise<boolean> {
    const folder = `${BOTTLES_FOLDER}/${batch.hash}`;
    const there = await this.kubectl.text(
      this.exec('sh', '-c', 'test -d "$1" && echo yes || echo no', 'sh', folder),
    );
    if (there.trim() === 'yes') return false;
    await this.kubectl.feed(this.exec('sh', '-c', UNPACK, 'sh', folder), packBatch(batch));
    return true;
  }

  /** Removes a batch. */
  async remove({ hash }: Batch): Promise<void> {
    await this.kubectl.text(this.exec('rm', '-rf', `${BOTTLES_FOLDER}/${hash}`));
  }

  private exec(...command: string[]): string[] {
    return ['exec', '--stdin', this.pod, '--', ...command];
  }
}

async function waitForPod(kubectl: Kubectl, name: string): Promise<void> {
  const end = Date.now() + START_MS;
  for (;;) {
    const snapshot = await Snapshot.of(kubectl);
    const pod = snapshot.pod(name);
    if (pod?.status?.containerStatuses?.every(({ ready }) => ready)) return;
    const troubles = pod === undefined ? [] : podTroubles(pod, snapshot);
    if (Date.now() > end || troubles.some(({ weight }) => weight === 'hopeless')) {
      throw await rolloutError(kubectl, {
        message: 'the files cannot be copied: the pod with the volume does not start',
        waiting: [`pod ${name}: ${pod?.status?.phase ?? 'does not exist'}`],
        troubles,
      });
    }
    await sleep(LOOK_MS);
  }
}
