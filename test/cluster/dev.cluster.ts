/** The profile `dev` on a cluster: every proof, one after another on one stack. */
import { NAMES } from '../../constructs/common/names';
import { appliesAgain } from './proofs/applies-again';
import { comesUp } from './proofs/comes-up';
import { keepsOut } from './proofs/keeps-out';
import { requestsWhatItNeeds } from './proofs/memory';
import { servesHost } from './proofs/serves-host';
import { showsRows } from './proofs/shows-rows';
import { Stack } from './support/stack';

describe('dev', () => {
  const stack = new Stack('dev');
  beforeAll(() => stack.up());
  afterAll(() => stack.down());

  describe('comes up', () => comesUp(stack));
  describe('shows its rows', () => showsRows(stack));
  describe('serves the host', () => servesHost(stack));
  describe('keeps out', () => keepsOut(stack));
  describe('applied again', () =>
    appliesAgain(stack, { props: { slots: 9 }, rolls: NAMES.flinkTaskManager }));
  describe('memory', () => requestsWhatItNeeds(stack));
});
