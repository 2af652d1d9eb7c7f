/** Places on a map whose meridians and parallels are straight, scaled right at its middle. */

/** A place in degrees north and east. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** A frame that has all places, and where they are in it. */
export interface MapFrame {
  readonly width: number;
  readonly height: number;
  at(place: Place): { readonly x: number; readonly y: number };
  readonly meridians: readonly { readonly x: number; readonly label: string }[];
  readonly parallels: readonly { readonly y: number; readonly label: string }[];
}

/** Least extent in degrees, so that a single station has surroundings. */
const LEAST = 1;
const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 45];

/** Fits the places into a frame of this size. */
export function mapFrame(places: readonly Place[], width: number, height: number): MapFrame {
  const [south, north] = extent(places.map(({ latitude }) => latitude));
  const [west, east] = extent(places.map(({ longitude }) => longitude));
  const middle = { latitude: (south + north) / 2, longitude: (west + east) / 2 };
  // A degree of longitude is shorter away from the equator.
  const narrow = Math.max(0.1, Math.cos((middle.latitude * Math.PI) / 180));
  const scale = Math.min(width / ((east - west) * narrow), height / (north - south));
  const x = (longitude: number): number => width / 2 + (longitude - middle.longitude) * narrow * scale;
  const y = (latitude: number): number => height / 2 - (latitude - middle.latitude) * scale;
  const half = { x: width / 2 / scale / narrow, y: height / 2 / scale };
  const step = STEPS.find((it) => (2 * half.x) / it <= 7 && (2 * half.y) / it <= 6) ?? STEPS.at(-1)!;
  return {
    width,
    height,
    at: ({ latitude, longitude }) => ({ x: x(longitude), y: y(latitude) }),
    meridians: lines(middle.longitude - half.x, middle.longitude + half.x, step).map((degrees) => ({
      x: x(degrees),
      label: label(((((degrees + 180) % 360) + 360) % 360) - 180, 'E', 'W'),
    })),
    parallels: lines(middle.latitude - half.y, middle.latitude + half.y, step)
      .filter((degrees) => Math.abs(degrees) <= 90)
      .map((degrees) => ({ y: y(degrees), label: label(degrees, 'N', 'S') })),
  };
}

/** Where a label is written, seen from its place. */
export type LabelSide = 'right' | 'left' | 'above' | 'below';

const SIDES: readonly LabelSide[] = ['right', 'left', 'above', 'below'];

/**
 * Sides for the labels of places, so that they cover neither each other nor a place where that can be had:
 * neighbours are often closer than their names are wide.
 */
export function labelSides(
  places: readonly { x: number; y: number }[],
  wide: number,
  high: number,
): LabelSide[] {
  const pins = places.map(({ x, y }) => ({ left: x - 6, right: x + 6, top: y - 6, bottom: y + 6 }));
  const sides = places.map((): LabelSide => 'right');
  // Twice, as the first time a label does not know where those after it will be.
  for (let index = 0; index < 2 * places.length; index++) {
    const own = index % places.length;
    const labels = places.map((place, other) => labelBox(place, sides[other]!, wide, high));
    const others = [...pins, ...labels].filter((_, other) => other % places.length !== own);
    const covers = SIDES.map((side) => {
      const box = labelBox(places[own]!, side, wide, high);
      return others.filter((other) => overlap(box, other)).length;
    });
    sides[own] = SIDES[covers.indexOf(Math.min(...covers))]!;
  }
  return sides;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function labelBox({ x, y }: { x: number; y: number }, side: LabelSide, wide: number, high: number): Box {
  const left = { right: x + 9, left: x - 9 - wide, above: x - wide / 2, below: x - wide / 2 }[side];
  const top = { right: y - high / 2, left: y - high / 2, above: y - 8 - high, below: y + 8 }[side];
  return { left, right: left + wide, top, bottom: top + high };
}

function overlap(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

function extent(degrees: readonly number[]): [number, number] {
  if (degrees.length === 0) return [-LEAST, LEAST];
  const [low, high] = [Math.min(...degrees), Math.max(...degrees)];
  const room = Math.max((high - low) * 0.15, LEAST / 2);
  return [low - room, high + room];
}

function lines(low: number, high: number, step: number): number[] {
  const first = Math.ceil(low / step);
  const count = Math.max(0, Math.floor(high / step) - first + 1);
  return Array.from({ length: count }, (_, index) => Number(((first + index) * step).toFixed(1)));
}

function label(degrees: number, positive: string, negative: string): string {
  if (degrees === 0) return '0°';
  return `${Math.abs(Number(degrees.toFixed(1)))}° ${degrees > 0 ? positive : negative}`;
}
