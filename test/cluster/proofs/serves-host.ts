/** A client on the host reads through the listener that is advertised to it, as `localhost:19092`. */
import net from 'node:net';
import { Kafka, logLevel } from 'kafkajs';
import { NAMES } from '../../../constructs/common/names';
import { FIRST_NODE_PORT } from '../../../constructs/kafka/listeners';
import { LOG_DIR } from '../../../constructs/kafka/scripts';
import { PORTS, TOPIC } from '../../../contract';
import { Forward } from '../support/forward';
import { MessageDecoder } from '../support/messages';
import { sumOf, textOf, type TableRow } from '../support/rows';
import type { Stack } from '../support/stack';
import { readTopic } from '../support/topic';

const HOST_ADDRESS = `localhost:${PORTS.kafkaHost}`;

/** Where every kubelet listens. */
const KUBELET_PORT = 10250;

interface Node {
  readonly status: { readonly addresses: readonly { readonly type: string; readonly address: string }[] };
}

export function servesHost(stack: Stack): void {
  const { cluster } = stack;
  let forward: Forward | undefined;

  beforeAll(async () => {
    // A node that maps its port to this machine's, as kind does by kind.yaml, needs no other way.
    if (await connects('localhost', PORTS.kafkaHost)) return;
    forward = await Forward.open(
      cluster.kubectl,
      `svc/${NAMES.kafka}-0-host`,
      PORTS.kafkaHost,
      PORTS.kafkaHost,
    );
  });
  afterAll(() => forward?.close());

  test(`the stack's broker answers at ${HOST_ADDRESS}, and tells clients to come there`, async () => {
    expect(await whoAnswers(HOST_ADDRESS)).toEqual(await expected());
  });

  test('it answers at the port of the node, where this machine reaches the node', async () => {
    const { items } = await cluster.kubectl.json<{ items: Node[] }>(['get', 'nodes']);
    const address = items[0]?.status.addresses.find(({ type }) => type === 'InternalIP')?.address ?? '';
    if (await connects(address, KUBELET_PORT)) {
      expect(await whoAnswers(`${address}:${FIRST_NODE_PORT}`)).toEqual(await expected());
    } else {
      stack.print(`this machine does not reach the node at ${address}`);
    }
  });

  test('a consumer of a group on the host reads every row', async () => {
    // Of a transaction that was aborted and repeated, this client sees the rows twice.
    const rows = new Map<string, TableRow>();
    await cluster.forward(`svc/${NAMES.schemaRegistry}`, PORTS.schemaRegistry, ({ url }) => {
      const decoder = new MessageDecoder(url);
      return readTopic(client(HOST_ADDRESS), TOPIC, async (key, value) => {
        const { site } = await decoder.decode(key);
        const row = { key_site: site, ...(await decoder.decode(value)) };
        rows.set(textOf(row), row);
      });
    });
    expect(sumOf(rows.values())).toEqual(await stack.sampleSum());
  });

  /**
   * The identity of the cluster on the broker's volume, and the address that it gives to clients of the host.
   */
  async function expected(): Promise<{ clusterId: string; brokers: string[] }> {
    const text = await cluster.exec(`pod/${NAMES.kafka}-0`, ['cat', `${LOG_DIR}/meta.properties`]);
    const [, clusterId = ''] = /^cluster\.id=(.+)$/m.exec(text) ?? [];
    return { clusterId, brokers: [HOST_ADDRESS] };
  }
}

const client = (address: string): Kafka =>
  new Kafka({ clientId: 'host', brokers: [address], logLevel: logLevel.NOTHING });

/** The cluster at an address, as it shows itself to a client there. */
async function whoAnswers(address: string): Promise<{ clusterId: string; brokers: string[] }> {
  const admin = client(address).admin();
  await admin.connect();
  try {
    const { clusterId, brokers } = await admin.describeCluster();
    return { clusterId, brokers: brokers.map(({ host, port }) => `${host}:${port}`) };
  } finally {
    await admin.disconnect();
  }
}

/** Whether something takes a connection within 2 s. */
function connects(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port, timeout: 2000 });
    const end = (connected: boolean): void => {
      socket.destroy();
      resolve(connected);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}
