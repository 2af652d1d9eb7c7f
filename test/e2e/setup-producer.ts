/** Jest's globalSetup of the producer's end-to-end tests, which need no Flink. */
import { startServices } from './setup';

export default async function setup(): Promise<void> {
  await startServices(['kafka', 'registry']);
}
