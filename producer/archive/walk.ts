/**
 * Finds the bottles in a file, whatever archives they are in. The content decides what a member is; its name
 * decides only if the content cannot.
 */
import { posix } from 'node:path';

import { overLength } from '../bottle/header';
import { parseArchiveName, parseBottleName, type BottleName } from '../bottle/name';
import { within, type Damage, type Flaw, type Place } from '../damage';
import type { ReadReport } from '../report';
import { ByteCursor, MemberSource } from './cursor';
import { GZIP_MAGIC, Inflater } from './gzip';
import { Hold, type Found, type FoundBottle } from './hold';
import type { Limits } from './limits';
import { BLOCK_BYTES, hasTarMagic, isTarHeader, TarReader, type TarEntry } from './tar';

/** Bytes whose kind is not yet known. */
interface Content {
  readonly place: Place;
  readonly name: string;
  readonly cursor: ByteCursor;
  /** Layers of gzip and tar around it. */
  readonly depth: number;
  /** The compressed archive around it, and what waits for its check sum. */
  readonly inflater?: Inflater;
  readonly hold?: Hold;
}

/**
 * Yields bottles and damage. Returns whether it has reported that the bytes end early, so that the archives
 * around it do not report it again.
 */
type Walk = AsyncGenerator<Found, boolean, undefined>;

/** Reads one input file after another. What cannot be read goes to the report. */
export class Walker {
  constructor(
    private readonly report: ReadReport,
    private readonly note: (damage: Damage) => void,
    private readonly limits: Limits,
  ) {}

  /** The bottles of one file, whose bytes are at the cursor. */
  async *walk(file: string, cursor: ByteCursor): AsyncGenerator<FoundBottle, void, undefined> {
    for await (const found of this.walkFile(file, cursor)) {
      if ('bottle' in found) yield found.bottle;
      else this.note(found.damage);
    }
  }

  private async *walkFile(file: string, cursor: ByteCursor): AsyncGenerator<Found, void, undefined> {
    const place: Place = { file, members: [] };
    const cutReported = yield* this.walkContent({ place, name: posix.basename(file), cursor, depth: 0 });
    if (cursor.cut !== undefined && !cutReported) {
      yield damage(place, { offset: cursor.offset, found: cursor.cut, expected: 'the rest of the file' });
    }
  }

  private async *walkContent(content: Content): Walk {
    const { place, name, cursor } = content;
    const hasBlock = await cursor.fill(BLOCK_BYTES);
    const head = cursor.peek(BLOCK_BYTES);
    if (head.subarray(0, 2).equals(GZIP_MAGIC)) return yield* this.walkGzip(content);
    if (hasTarMagic(head)) return yield* this.walkTar(content);
    const bottle = parseBottleName(name);
    if (bottle && head.length > 0) return yield* this.walkBottle(content, bottle);
    if (isTarHeader(head) || (hasBlock && /\.tar$/i.test(name))) return yield* this.walkTar(content);
    // The archive around it knows better what is wrong.
    if (cursor.cut !== undefined) return false;
    yield damage(place, head.length === 0 ? empty(place) : unknown(name, head));
    return false;
  }

  private async *walkGzip(content: Content): Walk {
    const { place, name, cursor, depth } = content;
    if (depth >= this.limits.depth) return yield* this.tooDeep(place);
    const inflater = new Inflater(cursor, this.limits, content.inflater);
    const inner = new ByteCursor(inflater);
    const hold = new Hold(inflater, inner, this.limits.heldBytes);
    // X.tgz holds the tar X.tar, CH0.gz the bottle CH0.
    const innerName = /\.t(ar\.)?gz$/i.test(name)
      ? name.replace(/\.t(ar\.)?gz$/i, '.tar')
      : name.replace(/\.gz$/i, '');
    const walk = this.walkContent({
      ...content,
      name: innerName,
      cursor: inner,
      depth: depth + 1,
      inflater,
      hold,
    });
    let step = await walk.next();
    for (; !step.done; step = await walk.next()) yield* hold.add(step.value);
    await inner.close();
    const dropped = yield* hold.release();
    const { flaw } = inflater;
    if (dropped > 0) {
      const { offset, found, expected } = flaw ?? NO_CHECK_SUM;
      const lost = `${dropped} ${dropped === 1 ? 'bottle' : 'bottles'}`;
      yield damage(place, { offset, found: `${found}, so ${lost} before it cannot be trusted`, expected });
    } else if (flaw && !step.value) yield damage(place, flaw);
    return inflater.isCutOff;
  }

  private async *walkTar(content: Content): Walk {
    const { place, cursor, depth, inflater, hold } = content;
    if (depth >= this.limits.depth) return yield* this.tooDeep(place);
    const flaws: Flaw[] = [];
    const tar = new TarReader(cursor, (flaw) => flaws.push(flaw));
    const start = cursor.offset;
    let count = 0;
    for (;;) {
      const entry = await tar.next();
      if (flaws.length > 0) hold?.doubt();
      else if (entry || tar.isEnded) hold?.follow();
      for (const flaw of flaws.splice(0)) yield damage(place, flaw);
      if (!entry) break;
      const offset = cursor.offset;
      if (entry.type === 'Directory' || isHidden(entry.name)) continue;
      count += 1;
      this.report.members += 1;
      if (count > this.limits.members) {
        const expected = `at most ${this.limits.members} (limit "members")`;
        yield damage(place, { offset: offset - start - BLOCK_BYTES, found: 'a further member', expected });
        return false;
      }
      const inner = within(place, entry.name);
      const refused = refusal(entry);
      const overLong = refused ? undefined : await this.overLong(entry, cursor);
      if (overLong) {
        yield damage(inner, overLong);
        inflater?.passOver(entry.size);
        tar.search();
        continue;
      }
      let reported = false;
      if (refused) yield damage(inner, refused);
      else {
        const member = new ByteCursor(new MemberSource(cursor, entry.size));
        reported = yield* this.walkContent({
          ...content,
          place: inner,
          name: posix.basename(entry.name),
          cursor: member,
          depth: depth + 1,
        });
        await member.close();
      }
      if (!(await cursor.skipTo(offset + entry.size))) {
        if (!reported) {
          const expected = `${entry.size} bytes`;
          yield damage(inner, { offset: cursor.offset - offset, found: 'the end of the data', expected });
        }
        return true;
      }
    }
    if (count === 0 && cursor.cut === undefined) {
      yield damage(place, { offset: 0, found: 'a tar without members', expected: 'at least one bottle' });
    }
    return false;
  }

  /**
   * What is wrong with a bottle in a tar that is longer than a bottle may be, or than its own header says.
   * Its size in the tar may be wrong then, and the members after it lie within its bytes.
   */
  private async overLong({ name, size }: TarEntry, cursor: ByteCursor): Promise<Flaw | undefined> {
    if (!parseBottleName(posix.basename(name))) return undefined;
    await cursor.fill(Math.min(BLOCK_BYTES, size));
    const head = cursor.peek(Math.min(BLOCK_BYTES, size));
    if (head.subarray(0, 2).equals(GZIP_MAGIC) || hasTarMagic(head)) return undefined;
    return size > this.limits.bottleBytes ? this.tooLong() : overLength(head, size);
  }

  private async *walkBottle({ place, cursor }: Content, name: BottleName): Walk {
    if (await cursor.fill(this.limits.bottleBytes + 1)) {
      yield damage(place, this.tooLong());
      return false;
    }
    if (cursor.cut !== undefined) {
      yield damage(place, {
        offset: cursor.available,
        found: `the end of the data (${cursor.cut})`,
        expected: 'the rest of the bottle',
      });
      return true;
    }
    yield { bottle: { place, name, bytes: cursor.take(cursor.available) }, support: 'none' };
    return false;
  }

  private tooLong(): Flaw {
    const expected = `at most ${this.limits.bottleBytes} bytes (limit "bottleBytes")`;
    return { offset: this.limits.bottleBytes, found: 'more bytes', expected };
  }

  private *tooDeep(place: Place): Generator<Found, boolean, undefined> {
    const expected = `at most ${this.limits.depth} layers of gzip and tar (limit "depth")`;
    yield damage(place, { offset: 0, found: 'a further layer', expected });
    return false;
  }
}

/** Reading stopped before the end of the gzip data, because of a limit that has been reported. */
const NO_CHECK_SUM: Flaw = {
  offset: 0,
  found: 'gzip data that are not read to their end',
  expected: 'a check sum',
};

const damage = (place: Place, flaw: Flaw): Found => ({ damage: { ...place, ...flaw } });

function empty({ members }: Place): Flaw {
  const found = members.length > 0 ? 'an empty member' : 'an empty file';
  return { offset: 0, found, expected: 'a bottle or an archive' };
}

function unknown(name: string, head: Buffer): Flaw {
  if (parseArchiveName(name) !== undefined || /\.(tar|tgz|gz)$/i.test(name)) {
    return { offset: 0, found: `bytes ${head.toString('hex', 0, 4)}`, expected: 'gzip (1f8b) or tar' };
  }
  const expected = 'the name of a bottle, or gzip or tar data';
  return { offset: 0, found: `the name ${name}`, expected };
}

/** Why a member is not read: it could point outside the archive. */
function refusal(entry: TarEntry): Flaw | undefined {
  if (entry.type !== 'File') {
    return {
      offset: 0,
      found: `a member of type ${entry.type}`,
      expected: 'a file (links and devices are not followed)',
    };
  }
  const isInside =
    entry.name !== '' && !entry.name.startsWith('/') && !entry.name.split(/[\\/]/).includes('..');
  return isInside
    ? undefined
    : { offset: 0, found: `the name ${JSON.stringify(entry.name)}`, expected: 'a name within the archive' };
}

/** Files that operating systems add (`._CH0` and `.DS_Store` of macOS) are ignored. */
function isHidden(name: string): boolean {
  return posix.basename(name).startsWith('.') && !/(^|\/)\.\.?$/.test(name);
}
