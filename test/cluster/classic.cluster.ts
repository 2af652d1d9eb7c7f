/**
 * The profile `classic` on a cluster, one proof after another on one stack. `dev` proves what does not depend
 * on the way Kafka keeps its metadata: SQL jobs that are submitted once, and a producer that is killed.
 */
import { NAMES } from '../../constructs/common/names';
import { appliesAgain, rollsOnly } from './proofs/applies-again';
import { comesBack } from './proofs/comes-back';
import { comesUp } from './proofs/comes-up';
import { endsByItself } from './proofs/ends-by-itself';
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
  describe('serves the host', () => servesHost(stack));
  describe('keeps out', () => keepsOut(stack));
  describe('applied again', () => {
    appliesAgain(stack);
    rollsOnly(stack, { props: CHANGED, rolls: NAMES.schemaRegistry });
  });
  describe('memory', () => requestsWhatItNeeds(stack));
  describe('killed', () =>
    comesBack(stack, CHANGED, 'first', [
      [{ workload: NAMES.zooKeeper, how: 'crash' }],
      [{ workload: NAMES.kafka, how: 'delete' }],
    ]));
  describe('terminated', () => endsByItself(stack, CHANGED));
});
