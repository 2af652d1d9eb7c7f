/** The profile `dev` on a cluster: every proof, one after another on one stack. */
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
const CHANGED = { taskSlots: 9 } as const;

describe('dev', () => {
  const stack = new Stack('dev');
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
    rollsOnly(stack, { props: CHANGED, rolls: NAMES.flinkTaskManager });
  });
  describe('memory', () => requestsWhatItNeeds(stack));
  describe('killed', () =>
    comesBack(stack, CHANGED, true, [
      [{ workload: NAMES.kafka, how: 'crash' }],
      // The running query needs neither of them.
      [
        { workload: NAMES.schemaRegistry, how: 'delete' },
        { workload: NAMES.flinkSqlClient, how: 'delete' },
      ],
      [{ workload: NAMES.flinkJobManager, how: 'delete', restoresQuery: true }],
      [{ workload: NAMES.flinkTaskManager, how: 'crash', restoresQuery: true }],
    ]));
  describe('terminated', () => endsByItself(stack, CHANGED));
});
