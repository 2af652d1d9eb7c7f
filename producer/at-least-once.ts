/** `produce --at-least-once`: publishes all inputs as one reading, without transactions. */
import type { CliContext } from './context';
import { connectPublisher } from './publish/batch-publisher';
import { Acknowledgements, publishRows } from './publish/pipeline';
import { encoderFor, type Run, shown } from './publish/run';
import { readBatches } from './read';

/** Publishes the inputs. False when some of them are damaged. Throws a UserError when it cannot go on. */
export async function publishAtLeastOnce(context: CliContext, run: Run): Promise<boolean> {
  const { inputs, report, destination, registry, schemas, compression, strict, giveUp } = run;
  const { log, signal, stdin } = context;
  const { topic } = destination;
  const publisher = await connectPublisher({ ...destination, compression, log, stop: signal, giveUp });
  try {
    await registry.waitUntilUp();
    const encoder = encoderFor(schemas, await registry.idsOf(topic, schemas), log);
    const acknowledged = new Acknowledgements();
    await shown(context, { verb: 'acknowledged', reading: report, report, acknowledged }, () =>
      publishRows(readBatches(inputs, report, { strict, signal, stdin }), {
        encoder,
        publisher,
        acknowledged,
        signal,
      }),
    );
    return report.damaged === 0;
  } finally {
    await publisher.close();
  }
}
