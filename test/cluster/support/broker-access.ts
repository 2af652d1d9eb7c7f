/** Kafka's brokers from this machine under the names that they have in the cluster. */
import net from 'node:net';
import { Kafka, logLevel } from 'kafkajs';
import { NAMES } from '../../../constructs/common/names';
import { PORTS } from '../../../contract';
import type { Cluster } from './cluster';
import { Forward } from './forward';

export class BrokerAccess {
  /** A client that is led to each broker by its pod's name. */
  readonly kafka: Kafka;

  private constructor(private readonly forwards: ReadonlyMap<string, Forward>) {
    this.kafka = new Kafka({
      clientId: 'test',
      brokers: [...forwards.keys()].map((pod) => `${pod}:${PORTS.kafka}`),
      logLevel: logLevel.NOTHING,
      socketFactory: ({ host, onConnect }) => {
        const [pod = ''] = host.split('.');
        const forward = forwards.get(pod);
        if (forward === undefined)
          throw new Error(`no way to ${host}; there are ${[...forwards.keys()].join(', ')}`);
        return net.connect(forward.port, '127.0.0.1', onConnect);
      },
    });
  }

  /** Opens a way to each broker that is there. It leads to that pod until it is closed or the pod is gone. */
  static async open(cluster: Cluster): Promise<BrokerAccess> {
    const pods = (await cluster.pods(NAMES.kafka)).map(({ metadata }) => metadata.name);
    const forwards = await Promise.all(
      pods.map(async (pod) => [pod, await Forward.open(cluster.kubectl, `pod/${pod}`, PORTS.kafka)] as const),
    );
    return new BrokerAccess(new Map(forwards));
  }

  async close(): Promise<void> {
    await Promise.all([...this.forwards.values()].map((forward) => forward.close()));
  }
}
