/** The committed rows of a topic, by Kafka's console consumer. */
import { NAMES } from '../../../constructs/common/names';
import { PORTS } from '../../../contract';
import type { Cluster } from './cluster';
import { consumeCommitted } from './console-consumer';
import { MessageDecoder } from './messages';
import type { TableRow } from './rows';

/** Reads what is committed now; gives each row as the table has it. */
export async function committedRows(cluster: Cluster, topic: string): Promise<TableRow[]> {
  const messages = await consumeCommitted(cluster, topic);
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
