/** Ways to break a synthesized chart, one thing at a time. A rule has to notice each. */
import { HARDENING } from './hardening';
import type { Mutation } from './mutation';
import { NETWORK } from './network';
import { RUNNING } from './running';
import { WIRING } from './wiring';

export const MUTATIONS: readonly Mutation[] = [...HARDENING, ...RUNNING, ...WIRING, ...NETWORK];
