import { useState } from 'preact/hooks';

import type { ChannelInfo } from '../api';
import type { Go } from './address';
import { whyNoBand } from './processing';
import { Segments } from './station-bar';
import { TideTable } from './tide-table';
import { formatLength } from './time-text';
import type { Traces } from './traces';
import type { ViewState } from './url-state';
import type { Tides } from './use-tides';

/** What is done to the values: trend, tide, band-pass. */
export function ProcessingPanel(props: {
  readonly state: ViewState;
  readonly go: Go;
  readonly raw: Traces;
  readonly tides: Tides;
  readonly channels: readonly ChannelInfo[];
}) {
  const { state, go, raw, tides, channels } = props;
  return (
    <details class="panel" open>
      <summary>Processing</summary>
      <Segments
        label="Subtract"
        value={state.trend}
        options={[
          { value: 'none', label: 'as it is' },
          { value: 'mean', label: '− mean' },
          { value: 'trend', label: '− trend' },
        ]}
        onChange={(trend) => go({ trend })}
      />
      <label class="check">
        <input type="checkbox" checked={state.tide} onChange={() => go({ tide: !state.tide })} /> Remove the
        tide
      </label>
      {state.tide && <TideTable tides={tides} channels={channels} />}
      <BandFields state={state} go={go} raw={raw} />
    </details>
  );
}

function BandFields({ state, go, raw }: { state: ViewState; go: Go; raw: Traces }) {
  const { band } = state;
  const rate = 1000 / raw.intervalMs;
  const [wrong, setWrong] = useState<string>();
  const apply = (event: SubmitEvent): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const [low, high] = [Number(fields.get('low')), Number(fields.get('high'))];
    const isBand = low > 0 && high > low;
    setWrong(isBand ? undefined : 'The lower limit must be above 0 and below the upper one.');
    if (isBand) go({ band: { low, high } });
  };
  const why = wrong ?? (band && whyNoBand(raw, band));
  const longest = formatLength(raw.intervalMs * 9000);
  return (
    <form class="band" onSubmit={apply}>
      <fieldset>
        <legend>Band-pass</legend>
        <label>
          <input
            name="low"
            inputMode="decimal"
            size={5}
            aria-label="Lower limit, Hz"
            defaultValue={String(band?.low ?? (rate > 1 ? 0.5 : 0.01))}
          />
        </label>{' '}
        –{' '}
        <label>
          <input
            name="high"
            inputMode="decimal"
            size={5}
            aria-label="Upper limit, Hz"
            defaultValue={String(band?.high ?? (rate > 1 ? 5 : 0.1))}
          />
        </label>{' '}
        Hz {/* Submits even where the fields are as they were. */}
        <button>Filter</button>{' '}
        {band && (
          <button
            type="button"
            onClick={() => {
              setWrong(undefined);
              go({ band: undefined });
            }}
          >
            Off
          </button>
        )}
        {why !== undefined && (
          <p class="hint" role="status">
            {why} {rate >= 1 && raw.bucketMs !== null && `Raw samples are shown up to about ${longest}.`}
          </p>
        )}
      </fieldset>
    </form>
  );
}
