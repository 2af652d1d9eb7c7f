/** The profile `dev` on a cluster: every proof, one after another on one stack. */
import { comesUp } from './proofs/comes-up';
import { requestsWhatItNeeds } from './proofs/memory';
import { Stack } from './support/stack';

describe('dev', () => {
  const stack = new Stack('dev');
  beforeAll(() => stack.up());
  afterAll(() => stack.down());

  describe('comes up', () => comesUp(stack));
  describe('memory', () => requestsWhatItNeeds(stack));
});
