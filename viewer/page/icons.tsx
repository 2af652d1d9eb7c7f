import type { StationState } from '../api';

/** What a state looks like: its shape tells it apart without colour. */
export function StateIcon({ state, size = 12 }: { state: StationState; size?: number }) {
  return (
    <svg class={`state-icon ${state}`} width={size} height={size} viewBox="-6 -6 12 12" aria-hidden="true">
      <StateShape state={state} />
    </svg>
  );
}

/** The shape alone, around the origin, for use within a drawing. */
export function StateShape({ state }: { state: StationState }) {
  switch (state) {
    case 'live':
      return <circle r="5" />;
    case 'late':
      return <path d="M0-5.5 5.5 4.5H-5.5Z" />;
    case 'silent':
      return <path d="M-4.5-4.5h9v9h-9z" />;
  }
}

/** A line through means, for a cell of a table. Gaps are left open. */
export function Sparkline({ mean, label }: { mean: readonly (number | null)[]; label: string }) {
  const values = mean.filter((value) => value !== null);
  if (values.length < 2) return <span class="muted">–</span>;
  const low = Math.min(...values);
  const scale = 22 / (Math.max(...values) - low || 1);
  const step = 116 / (mean.length - 1);
  const path = mean
    .map((value, index) => {
      if (value === null) return '';
      const command = (mean[index - 1] ?? null) === null ? 'M' : 'L';
      return `${command}${(2 + index * step).toFixed(1)} ${(25 - (value - low) * scale).toFixed(1)}`;
    })
    .join('');
  return (
    <svg class="sparkline" width="120" height="28" viewBox="0 0 120 28" role="img" aria-label={label}>
      <path d={path} />
    </svg>
  );
}
