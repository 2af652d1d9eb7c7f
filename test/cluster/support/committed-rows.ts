/** The committed rows of a topic, by Kafka's console consumer. */
import { NAMES } from '../../../constructs/common/names';
import { PORTS } from '../../../contract';
import type { Cluster } from './cluster';
import { consumeCommitted } from './console-consumer';
import { MessageDecoder } from './messages';
import type { TableRow } from './rows';

/** Reads what is committed now, at least a row; gives each row as the table has it. */
export async function committedRows(cluster: Cluster, topic: string): Promise<TableRow[]> {
  // The first group of a cluster has no coordinator until Kafka has made the topic of its offsets.
  const messages = await cluster.until(`rows of ${topic} read`, 120, async () => {
    const found = await consumeCommitted(cluster, topic);
    return found.length > 0 && found;
  });
  return cluster.forward(`svc/${NAMES.schemaRegistry}`, PORTS.schemaRegistry, async ({ url }) => {
    const decoder = new MessageDecoder(url);
    const rows: TableRow[] = [];
    for (const [key, value] of messages) {
      const { site } = await decoder.decode(key);
      rows.push({ key_site: site, ...(await decoder.decode(value)) });
    }
    return rows;
  });
}
