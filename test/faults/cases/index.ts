import type { Context } from '../harness/context';
import { fullBrokers, fullTemporary } from './full-disk';
import { control, kills } from './kills';
import { recreated } from './recreated';
import { shares, takeover } from './takeover';

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
    run: control,
  },
  takeover: {
    what: 'two producers on one station: the second one takes over, the first one ends with exit 1',
    run: takeover,
  },
  shares: {
    what: 'two producers are replaced by three halfway',
    run: shares,
  },
  recreated: {
    what: 'the topic is deleted and created again while a producer runs',
    run: recreated,
  },
  'full-broker': {
    what: 'the disks of the brokers fill (needs the right to mount a tmpfs)',
    run: fullBrokers,
  },
  'full-tmp': {
    what: "the disk of the producer's temporary files is full (needs the same)",
    run: fullTemporary,
  },
} as const satisfies Record<string, Case>;

export type CaseName = keyof typeof CASES;
