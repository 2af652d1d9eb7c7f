/** The profile `classic` on a cluster: every proof, one after another on one stack. */
import { NAMES } from '../../constructs/common/names';
import { appliesAgain } from './proofs/applies-again';
import { comesUp } from './proofs/comes-up';
import { keepsOut } from './proofs/keeps-out';
import { requestsWhatItNeeds } from './proofs/memory';
import { servesHost } from './proofs/serves-host';
import { showsRows } from './proofs/shows-rows';
import { Stack } from './support/stack';

describe('classic', () => {
  const stack = new Stack('classic');
  beforeAll(() => stack.up());
  afterAll(() => stack.down());

  describe('comes up', () => comesUp(stack));
  describe('shows its rows', () => showsRows(stack));
  describe('serves the host', () => servesHost(stack));
  describe('keeps out', () => keepsOut(stack));
  describe('applied again', () =>
    appliesAgain(stack, { props: { compatibility: 'FULL' }, rolls: NAMES.schemaRegistry }));
  describe('memory', () => requestsWhatItNeeds(stack));
});
