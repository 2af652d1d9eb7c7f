/** A whole bottle: name, header and samples together. */
import { FlawError } from '../damage';
import { channelsOf, fieldOf } from './channels';
import { checkPeriod, decodeHeader, type BottleHeader } from './header';
import type { BottleName } from './name';
import { decodeSamples, type Samples } from './samples';

/** A bottle, decoded. */
export interface Bottle extends BottleHeader, Samples, BottleName {
  /** The row's field that the samples go to. */
  readonly field: string;
}

/**
 * Decodes a bottle. Throws a FlawError when the name's channel or the header is wrong, or when the times of
 * the header lie outside the period of the name: only that bottle is lost. Samples that cannot be kept are
 * listed in `flaws`, and only they are lost.
 */
export function decodeBottle(name: BottleName, bytes: Buffer): Bottle {
  const field = fieldOf(name.session, name.channel);
  if (field === undefined) {
    throw new FlawError({
      offset: 0,
      found: `the channel ${name.channel} in the name`,
      expected: `a channel of session ${name.session}: ${channelsOf(name.session).join(', ')}`,
    });
  }
  const header = decodeHeader(bytes);
  checkPeriod(header, name.period);
  return { ...name, ...header, ...decodeSamples(bytes, header), field };
}
