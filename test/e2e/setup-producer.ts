/** Jest's globalSetup of the producer's end-to-end tests, which need no Flink. */
import { kafka } from '../../local/services/kafka';
import { registry } from '../../local/services/registry';
import { startServices } from './setup';

export default async function setup(): Promise<void> {
  await startServices([kafka, registry]);
}
