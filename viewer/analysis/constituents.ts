/** The main tidal constituents, and which of them a span of samples can tell apart. */

/** A line of the tide's spectrum. */
export interface Line {
  readonly name: string;
  readonly periodHours: number;
}

/**
 * By amplitude in the tidal potential: 632, 369, 294, 262, 122, 121, 80 and 50 mm of equilibrium tide.
 *
 * Source: Cartwright & Edden (1973), doi:10.1111/j.1365-246X.1973.tb03420.x.
 */
export const BY_IMPORTANCE: readonly Line[] = [
  { name: 'M2', periodHours: 12.420_601_2 },
  { name: 'K1', periodHours: 23.934_472_1 },
  { name: 'S2', periodHours: 12 },
  { name: 'O1', periodHours: 25.819_338_7 },
  { name: 'P1', periodHours: 24.065_887_7 },
  { name: 'N2', periodHours: 12.658_347_5 },
  { name: 'K2', periodHours: 11.967_236 },
  { name: 'Q1', periodHours: 26.868_35 },
];

/** A constituent that a fit does not have. */
export interface LeftOut {
  readonly name: string;
  /** For people: `needs 182.6 days to be told from K1`. */
  readonly reason: string;
}

/**
 * Divides the constituents into those that samples over a span of hours can tell apart and the others.
 *
 * By Rayleigh's criterion, two lines are apart when one goes through at least one cycle more than the other.
 * A line must be apart from all that are larger, even from those that are left out themselves: otherwise it
 * would stand for them (in ten days, Q1 is apart from K1, but would be mostly O1). A line must also go
 * through one cycle, or it is a trend.
 *
 * Source: Foreman, "Manual for Tidal Heights Analysis and Prediction" (1977), section 2.1.2.
 */
export function separable(spanHours: number): { kept: Line[]; leftOut: LeftOut[] } {
  const kept: Line[] = [];
  const leftOut: LeftOut[] = [];
  BY_IMPORTANCE.forEach((line, i) => {
    if (spanHours < line.periodHours) {
      leftOut.push({ name: line.name, reason: `needs a whole cycle, ${line.periodHours.toFixed(1)} hours` });
      return;
    }
    const nearest = BY_IMPORTANCE.slice(0, i)
      .map((larger) => ({ larger, neededHours: beatHours(line, larger) }))
      .reduce((a, b) => (b.neededHours > a.neededHours ? b : a), { larger: line, neededHours: 0 });
    if (spanHours >= nearest.neededHours) kept.push(line);
    else {
      const days = (nearest.neededHours / 24).toFixed(1);
      leftOut.push({ name: line.name, reason: `needs ${days} days to be told from ${nearest.larger.name}` });
    }
  });
  return { kept, leftOut };
}

/** The time in which one line goes through a cycle more than the other. */
function beatHours(one: Line, other: Line): number {
  return 1 / Math.abs(1 / one.periodHours - 1 / other.periodHours);
}
