/** The profile `classic` on a cluster: every proof, one after another on one stack. */
import { comesUp } from './proofs/comes-up';
import { requestsWhatItNeeds } from './proofs/memory';
import { Stack } from './support/stack';

describe('classic', () => {
  const stack = new Stack('classic');
  beforeAll(() => stack.up());
  afterAll(() => stack.down());

  describe('comes up', () => comesUp(stack));
  describe('memory', () => requestsWhatItNeeds(stack));
});
