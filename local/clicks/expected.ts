/**
 * The expected result of the clicks job, computed in one batch from all clicks and all versions of the
 * catalogue. The results of the job are compared with it.
 */

/** A click on an item. */
export interface Click {
  /** Id of the item. */
  readonly id: number;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly time: number;
}

/** The name of an item from an instant on; null when the item is removed from the catalogue. */
export interface ItemVersion {
  readonly id: number;
  readonly name: string | null;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly since: number;
}

/** Number of clicks. */
export interface ClickCounts {
  /** Clicks by name, then by the first instant of the minute. */
  readonly named: ReadonlyMap<string, ReadonlyMap<number, number>>;
  /** Clicks on ids that the catalogue did not have. */
  readonly unknown: number;
}

/** Milliseconds of a minute. */
const MINUTE = 60_000;

/** First instant of the minute of a time. */
export function minuteOf(time: number): number {
  return Math.floor(time / MINUTE) * MINUTE;
}

/** Counts clicks, each by the name that its item had at its instant. */
export function countClicks(clicks: readonly Click[], catalogue: readonly ItemVersion[]): ClickCounts {
  const named = new Map<string, Map<number, number>>();
  let unknown = 0;
  for (const { id, time } of clicks) {
    const name = nameAt(catalogue, id, time);
    if (name === null) {
      unknown++;
      continue;
    }
    const byMinute = named.get(name) ?? new Map<number, number>();
    named.set(name, byMinute.set(minuteOf(time), (byMinute.get(minuteOf(time)) ?? 0) + 1));
  }
  return { named, unknown };
}

function nameAt(catalogue: readonly ItemVersion[], id: number, time: number): string | null {
  let held: ItemVersion | undefined;
  for (const version of catalogue) {
    // Of two names with the same instant, the later one in the topic applies.
    if (version.id === id && version.since <= time && version.since >= (held?.since ?? -Infinity))
      held = version;
  }
  return held?.name ?? null;
}

/** The differences between two counts, one line each. Empty when they are equal. */
export function differences(found: ClickCounts, expected: ClickCounts): string[] {
  const lines: string[] = [];
  for (const name of new Set([...expected.named.keys(), ...found.named.keys()])) {
    const [there, wanted] = [found.named.get(name), expected.named.get(name)];
    for (const minute of new Set([...(wanted?.keys() ?? []), ...(there?.keys() ?? [])])) {
      const [is, should] = [there?.get(minute) ?? 0, wanted?.get(minute) ?? 0];
      if (is !== should) lines.push(`${name}, ${clock(minute)}: ${is} counted, ${should} sent`);
    }
  }
  if (found.unknown !== expected.unknown) {
    lines.push(`unknown ids: ${found.unknown} counted, ${expected.unknown} sent`);
  }
  return lines;
}

/** `14:05` in UTC, like the topics. */
export function clock(minute: number): string {
  return new Date(minute).toISOString().slice(11, 16);
}
