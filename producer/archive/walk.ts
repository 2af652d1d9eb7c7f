/**
 * Finds the bottles in a file, whatever archives they are in. The content decides what a member is; its name
 * decides only if the content cannot.
 */
import { posix } from 'node:path';

import { parseArchiveName, parseBottleName, type BottleName } from '../bottle/name';
import { within, type Damage, type Flaw, type Place } from '../damage';
import type { ReadReport } from '../report';
import { ByteCursor, MemberSource } from './cursor';
import { GZIP_MAGIC, Inflater } from './gzip';
import type { Limits } from './limits';
import { BLOCK_BYTES, hasTarMagic, isTarHeader, TarReader, type TarEntry } from './tar';

/** The bytes of a bottle, not yet decoded. */
export interface FoundBottle {
  readonly place: Place;
  readonly name: BottleName;
  readonly bytes: Buffer;
}

/** Bytes whose kind is not yet known. */
interface Content {
  readonly place: Place;
  readonly name: string;
  readonly cursor: ByteCursor;
  /** Layers of gzip and tar around it. */
  readonly depth: number;
  /** The compressed archive around it. */
  readonly inflater?: Inflater;
}

/**
 * Yields bottles. Returns whether it has reported that the bytes end early, so that the archives around it do
 * not report it again.
 */
type Walk = AsyncGenerator<FoundBottle, boolean, undefined>;

/** Reads one input file after another. What cannot be read goes to the report. */
export class Walker {
  constructor(
    private readonly report: ReadReport,
    private readonly note: (damage: Damage) => void,
    private readonly limits: Limits,
  ) {}

  /** The bottles of one file, whose bytes are at the cursor. */
  async *walk(file: string, cursor: ByteCursor): AsyncGenerator<FoundBottle, void, undefined> {
    const place: Place = { file, members: [] };
    const cutReported = yield* this.walkContent({ place, name: posix.basename(file), cursor, depth: 0 });
    if (cursor.cut !== undefined && !cutReported) {
      this.damage(place, { offset: cursor.offset, found: cursor.cut, expected: 'the rest of the file' });
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
    this.damage(place, head.length === 0 ? empty(place) : unknown(name, head));
    return true;
  }

  private async *walkGzip(content: Content): Walk {
    const { place, name, cursor, depth } = content;
    if (this.isTooDeep(content)) return true;
    const inflater = new Inflater(cursor, this.limits, content.inflater);
    const inner = new ByteCursor(inflater);
    // X.tgz holds the tar X.tar, CH0.gz the bottle CH0.
    const innerName = /\.t(ar\.)?gz$/i.test(name)
      ? name.replace(/\.t(ar\.)?gz$/i, '.tar')
      : name.replace(/\.gz$/i, '');
    const reported = yield* this.walkContent({
      ...content,
      name: innerName,
      cursor: inner,
      depth: depth + 1,
      inflater,
    });
    await inner.close();
    if (!inflater.flaw || reported) return reported;
    this.damage(place, inflater.flaw);
    return true;
  }

  private async *walkTar(content: Content): Walk {
    const { place, cursor, depth } = content;
    if (this.isTooDeep(content)) return true;
    const tar = new TarReader(cursor, (flaw) => this.damage(place, flaw));
    const start = cursor.offset;
    let count = 0;
    for (let entry = await tar.next(); entry; entry = await tar.next()) {
      const end = cursor.offset + entry.size;
      if (entry.type === 'Directory' || isHidden(entry.name)) continue;
      count += 1;
      this.report.members += 1;
      if (count > this.limits.members) {
        const expected = `at most ${this.limits.members} (limit "members")`;
        this.damage(place, {
          offset: cursor.offset - start - BLOCK_BYTES,
          found: 'a further member',
          expected,
        });
        return true;
      }
      const inner = within(place, entry.name);
      let reported = false;
      const refused = refusal(entry);
      if (refused) this.damage(inner, refused);
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
      if (!(await cursor.skipTo(end))) {
        const offset = entry.size - (end - cursor.offset);
        if (!reported && !refused)
          this.damage(inner, { offset, found: 'the end of the data', expected: `${entry.size} bytes` });
        return true;
      }
    }
    if (count === 0 && cursor.cut === undefined) {
      this.damage(place, { offset: 0, found: 'a tar without members', expected: 'at least one bottle' });
    }
    return false;
  }

  private async *walkBottle({ place, cursor }: Content, name: BottleName): Walk {
    const tooLong = await cursor.fill(this.limits.bottleBytes + 1);
    if (tooLong) {
      const expected = `at most ${this.limits.bottleBytes} bytes (limit "bottleBytes")`;
      this.damage(place, { offset: this.limits.bottleBytes, found: 'more bytes', expected });
      return true;
    }
    if (cursor.cut !== undefined) {
      this.damage(place, {
        offset: cursor.available,
        found: `the end of the data (${cursor.cut})`,
        expected: 'the rest of the bottle',
      });
      return true;
    }
    yield { place, name, bytes: cursor.take(cursor.available) };
    return false;
  }

  private isTooDeep({ place, depth }: Content): boolean {
    if (depth < this.limits.depth) return false;
    const expected = `at most ${this.limits.depth} layers of gzip and tar (limit "depth")`;
    this.damage(place, { offset: 0, found: 'a further layer', expected });
    return true;
  }

  private damage(place: Place, flaw: Flaw): void {
    this.note({ ...place, ...flaw });
  }
}

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
