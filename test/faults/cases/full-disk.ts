/** Disks that fill: those of the brokers, and that of the producer's temporary files. */
import path from 'node:path';

import { type BrokerId, BROKERS } from '../harness/broker';
import { Choices, type Context, verify } from '../harness/context';
import { SmallDisk } from '../harness/small-disk';
import { Worker } from '../harness/worker';

/** Room for an archive of a 20 Hz hour, which has 300 kB. */
const TEMPORARY_MEGABYTES = 1;

/**
 * A broker whose disk is full ends. With one of three gone, the producer goes on. With all of them gone, it
 * ends with exit 1 after the delivery timeout, and the next one goes on when there is room again.
 */
export async function fullBrokers(context: Context): Promise<void> {
  const { cluster, archives, report, counts } = context;
  const { disks } = cluster;
  if (!disks) {
    report.step('full-broker: skipped, as this machine lets no file system be mounted');
    return;
  }
  const { folder, rows } = archives.all;
  const topic = 'full-broker';
  const choices = new Choices(context, topic);
  const start = async (producer: number): Promise<Worker> => {
    counts.producers += 1;
    const args = ['--delivery-timeout', '20', folder];
    return Worker.start({ cluster, producer, topic, args });
  };
  /** Fills disks while a producer is in the middle. */
  const fill = async ({ network }: Worker, which: readonly BrokerId[]): Promise<void> => {
    const release = network.hold();
    await Promise.all(which.map((id) => disks[id].fill()));
    release();
  };
  const restart = async (which: readonly BrokerId[]): Promise<void> => {
    await Promise.all(which.map((id) => disks[id].free()));
    await Promise.all(which.map((id) => cluster.killBroker(id)));
    await Promise.all(which.map((id) => cluster.startBroker(id)));
    await cluster.allInSync();
  };

  const first = await start(0);
  await first.until('rows', choices.number(1, 8));
  await fill(first, BROKERS);
  await first.endsWith(1);
  if (!/did not (acknowledge rows|\w+ .*) within 20 s/.test(first.said)) {
    throw new Error(`the producer does not say that nothing was acknowledged:\n${first.said}`);
  }
  await restart(BROKERS);

  const second = await start(1);
  const one = choices.oneOf(BROKERS);
  await second.until('rows', choices.number(1, 8));
  await fill(second, [one]);
  await second.endsWith(0);
  await restart([one]);
  await verify(context, topic, rows);
}

/** Standard input that cannot be kept is not published at all, and as a whole when there is room. */
export async function fullTemporary(context: Context): Promise<void> {
  const { cluster, archives, report, counts } = context;
  const { file, rows } = archives.hour;
  const topic = 'full-tmp';
  const disk = await SmallDisk.mount(path.join(cluster.place.folder, 'tmp'), TEMPORARY_MEGABYTES);
  if (!disk) {
    report.step(`${topic}: skipped, as this machine lets no file system be mounted`);
    return;
  }
  try {
    const start = (): Promise<Worker> => {
      counts.producers += 1;
      return Worker.start({
        ...{ cluster, producer: 0, topic, args: ['-'] },
        before: ['/bin/sh', '-c', 'input=$1; shift; exec "$@" <"$input"', 'sh', file],
        // tsx keeps compiled sources in TMPDIR, where they would take the room.
        env: { TMPDIR: disk.folder, TSX_DISABLE_CACHE: '1' },
      });
    };
    await disk.fill();
    const first = await start();
    await first.endsWith(1);
    if (!first.said.includes('no space left on device')) {
      throw new Error(`the producer does not say that its disk is full:\n${first.said}`);
    }
    await disk.free();
    await (await start()).endsWith(0);
    await verify(context, topic, rows);
  } finally {
    await disk.unmount();
  }
}
