/** kafkajs's admin client, which only changes and describes; rows are read by Kafka's own consumer. */
import { type Admin, Kafka, logLevel } from 'kafkajs';

/** Does something with an admin client of the brokers at these ports of localhost. */
export async function withAdmin<T>(ports: readonly number[], use: (admin: Admin) => Promise<T>): Promise<T> {
  const client = new Kafka({
    clientId: 'faults',
    brokers: ports.map((port) => `localhost:${port}`),
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2_000,
    retry: { retries: 2, initialRetryTime: 100 },
  });
  const admin = client.admin();
  try {
    await admin.connect();
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}
