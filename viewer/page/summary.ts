import { count, formatValue } from './number-ticks';
import type { Span } from './span';
import { formatInstant } from './time-text';
import type { Trace, Traces, Values } from './traces';

/** What a chart shows, in a sentence for those who do not see it. */
export function summaryOf(label: string, traces: Traces, trace: Trace | undefined, span: Span): string {
  const period = `from ${formatInstant(span.start)} to ${formatInstant(span.end)} UTC`;
  if (!trace) return `${label}, ${period}: loading`;
  const inside = (_: unknown, index: number): boolean => {
    const time = traces.time[index]!;
    return time >= span.start && time <= span.end;
  };
  const present = (values: Values): number[] => values.filter(inside).filter((value) => value !== null);
  const least = present(trace.envelope?.min ?? trace.line);
  const greatest = present(trace.envelope?.max ?? trace.line);
  if (least.length === 0) return `${label}, ${period}: no samples`;
  const low = least.reduce((one, other) => Math.min(one, other));
  const high = greatest.reduce((one, other) => Math.max(one, other));
  const gaps = traces.gaps.filter(({ start, end }) => start < span.end && end > span.start).length;
  return `${label} in ${trace.unit}, ${period}: between ${formatValue(low)} and ${formatValue(high)}, ${count(gaps, 'gap')}`;
}
