import type { Context } from '../harness/context';
import { control, kills } from './kills';

/** A case. */
interface Case {
  readonly what: string;
  run(context: Context, options: { readonly kills: number }): Promise<void>;
}

/** All cases, in the order in which they run. */
export const CASES = {
  kills: {
    what: 'producers are killed at random moments, under all faults',
    run: (context, options) => kills(context, options.kills),
  },
  control: {
    what: 'the same with --at-least-once, which must give rows twice',
    run: (context) => control(context),
  },
} as const satisfies Record<string, Case>;

export type CaseName = keyof typeof CASES;
