/**
 * The profile `classic` on a cluster, one proof after another on one stack. Only `dev` proves that a producer
 * that is killed halfway still publishes every row: that does not depend on where Kafka keeps its metadata.
 */
import { NAMES } from '../../constructs/common/names';
import { appliesAgain, rollsOnly, submitsOnce } from './proofs/applies-again';
import { comesBack } from './proofs/comes-back';
import { comesUp } from './proofs/comes-up';
import { endsByItself } from './proofs/ends-by-itself';
import { isConfigured } from './proofs/is-configured';
import { keepsOut } from './proofs/keeps-out';
import { requestsWhatItNeeds } from './proofs/memory';
import { servesHost } from './proofs/serves-host';
import { showsRows } from './proofs/shows-rows';
import { Stack } from './support/stack';

/** Props that are changed while the stack runs. */
const CHANGED = { compatibility: 'FULL' } as const;

describe('classic', () => {
  const stack = new Stack('classic');
  beforeAll(() => stack.up());
  afterAll(() => stack.down());

  describe('comes up', () => comesUp(stack));
  describe('shows its rows', () => showsRows(stack));
  describe('is configured', () =>
    isConfigured(stack.cluster, stack.chart, (use) => stack.memory.without(use)));
  describe('serves the host', () => servesHost(stack));
  describe('keeps out', () => keepsOut(stack));
  describe('applied again', () => {
    appliesAgain(stack);
    submitsOnce(stack);
    rollsOnly(stack, { props: CHANGED, rolls: NAMES.schemaRegistry });
  });
  describe('memory', () => requestsWhatItNeeds(stack));
  describe('killed', () =>
    comesBack(stack, CHANGED, false, [
      [{ workload: NAMES.zooKeeper, how: 'crash' }],
      [{ workload: NAMES.kafka, how: 'delete' }],
    ]));
  describe('terminated', () => endsByItself(stack, CHANGED));
});
