/**
 * What is found in a gzipped archive, held back until the check sum at its end has shown that it is right. A
 * changed bit of the compressed bytes can change samples and inflate without an error.
 */
import type { BottleName } from '../bottle/name';
import type { Damage, Place } from '../damage';
import type { ByteCursor } from './cursor';
import type { Inflater } from './gzip';

/** The bytes of a bottle, not yet decoded. */
export interface FoundBottle {
  readonly place: Place;
  readonly name: BottleName;
  readonly bytes: Buffer;
}

/**
 * What supports the bytes of a bottle: the check sum of a gzipped archive around it; the tar header or the
 * end of the tar that follows it, in its place and intact; or nothing of these.
 */
export type Support = 'checksum' | 'structure' | 'none';

/** A bottle, or damage. */
export type Found = { readonly bottle: FoundBottle; readonly support: Support } | { readonly damage: Damage };

/** Approximate memory that a held item takes in addition to the bytes of a bottle. */
const OVERHEAD_BYTES = 1024;

interface Held {
  readonly found: Found;
  /** Inflated bytes of the archive up to the end of the item; the check sum has to cover them. */
  readonly end: number;
  readonly bytes: number;
}

/** The items of one gzipped archive that wait for its check sum, in their order. */
export class Hold {
  private readonly items: Held[] = [];
  private bytes = 0;
  /** Number of items that an intact header follows. */
  private followed = 0;
  private isDoubtful = false;

  constructor(
    private readonly inflater: Inflater,
    /** The inflated bytes. */
    private readonly inflated: ByteCursor,
    /** Bytes that may wait. */
    private readonly limit: number,
  ) {}

  /**
   * Adds an item. Yields those that need not wait any longer, and the earliest when too many bytes wait.
   */
  *add(found: Found): Generator<Found, void, undefined> {
    const item = 'bottle' in found ? copied(found) : found;
    const bytes = OVERHEAD_BYTES + ('bottle' in item ? item.bottle.bytes.length : 0);
    this.items.push({ found: item, end: this.inflated.offset, bytes });
    this.bytes += bytes;
    let ready = 0;
    for (let left = this.bytes; ready < this.items.length; ready++) {
      const { end, bytes: freed } = this.items[ready]!;
      if (end > this.inflater.checkedBytes && left <= this.limit) break;
      left -= freed;
    }
    if (ready === 0) return;
    this.followed = Math.max(0, this.followed - ready);
    for (const { found: first, end, bytes: freed } of this.items.splice(0, ready)) {
      this.bytes -= freed;
      yield end <= this.inflater.checkedBytes ? supported(first, 'checksum') : first;
    }
  }

  /** An intact tar header, or the end of the tar, follows the items so far in its place. */
  follow(): void {
    this.followed = this.items.length;
  }

  /** The structure of the inflated bytes is damaged, so more than their end may be wrong. */
  doubt(): void {
    this.isDoubtful = true;
  }

  /**
   * Yields the items that can be trusted when the archive is read, and returns how many bottles cannot. All
   * can when the check sum is right. When it is lost because the archive is cut off, those can that an
   * intact tar header follows: after wrong bits, the data would inflate to something else there.
   */
  *release(): Generator<Found, number, undefined> {
    const { checkedBytes, isCorrupt } = this.inflater;
    const isCut = !isCorrupt && !this.isDoubtful;
    let dropped = 0;
    for (const [index, { found, end }] of this.items.entries()) {
      if ('damage' in found) yield found;
      else if (end <= checkedBytes || found.support === 'checksum') yield supported(found, 'checksum');
      else if (isCut && (index < this.followed || found.support === 'structure'))
        yield supported(found, 'structure');
      else dropped += 1;
    }
    return dropped;
  }
}

/** Bytes of their own: a view would keep the whole piece of inflated bytes in memory. */
function copied({ bottle, support }: Extract<Found, { bottle: FoundBottle }>): Found {
  return { bottle: { ...bottle, bytes: Buffer.from(bottle.bytes) }, support };
}

function supported(found: Found, support: Support): Found {
  return 'bottle' in found ? { ...found, support } : found;
}
