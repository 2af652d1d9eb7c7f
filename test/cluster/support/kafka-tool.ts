/** Kafka's tools, in a broker's pod. */
import { NAMES } from '../../../constructs/common/names';
import { PORTS } from '../../../contract';
import type { Cluster } from './cluster';

/** Output of one of the tools, which the images have under different names. */
export function kafkaTool(cluster: Cluster, name: string, ...args: string[]): Promise<string> {
  return cluster.exec(`pod/${NAMES.kafka}-0`, [
    'bash',
    '-c',
    'export KAFKA_HEAP_OPTS=-Xmx96m; name=$1; shift; command -v "$name" >/dev/null || name=/opt/kafka/bin/$name.sh; exec "$name" --bootstrap-server "$@"',
    'bash',
    name,
    `localhost:${PORTS.kafka}`,
    ...args,
  ]);
}

/** Changes settings of topics or clients, as `--add-config NAME=VALUE` or `--delete-config NAME`. */
export async function alterConfig(
  cluster: Cluster,
  type: 'topics' | 'clients',
  name: string,
  ...change: ['--add-config' | '--delete-config', string]
): Promise<void> {
  await kafkaTool(
    cluster,
    'kafka-configs',
    '--alter',
    '--entity-type',
    type,
    '--entity-name',
    name,
    ...change,
  );
}
