import { useState } from 'preact/hooks';

import type { ChannelInfo } from '../api';
import { formatNumber } from './number-ticks';
import { formatDay, formatLength } from './time-text';
import type { Tides } from './use-tides';

/** Amplitudes and phases of a channel's tide, and what was left out of the fit. */
export function TideTable({ tides, channels }: { tides: Tides; channels: readonly ChannelInfo[] }) {
  const [chosen, choose] = useState('');
  const channel = channels.find(({ name }) => name === chosen) ?? channels[0];
  if (tides.error !== undefined) return <p class="hint">The tide cannot be fitted: {tides.error}</p>;
  if (tides.isLoading || !tides.fitted || !channel) return <p class="hint">Fitting…</p>;
  const fit = tides.fits.get(channel.name);
  const { start, end } = tides.fitted;
  // The digits of the largest are enough: the smaller ones are not known any better.
  const largest = Math.max(...(fit?.constituents ?? []).map(({ amplitude }) => amplitude), 1e-9);
  const decimals = Math.max(0, 3 - Math.floor(Math.log10(largest)));
  return (
    <div class="tide">
      {channels.length > 1 && (
        <select
          aria-label="Channel"
          value={channel.name}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          {channels.map(({ name, label }) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
      )}
      <p class="hint">
        Fitted on hourly means of {formatLength(end - start)}, {formatDay(start)} – {formatDay(end)}.
      </p>
      {fit ? (
        <>
          <table>
            <thead>
              <tr>
                <th scope="col">Tide</th>
                <th scope="col" class="number">
                  Period, h
                </th>
                <th scope="col" class="number">
                  Amplitude
                </th>
                <th scope="col" class="number">
                  Phase
                </th>
              </tr>
            </thead>
            <tbody>
              {fit.constituents.map(({ name, periodHours, amplitude, phaseDegrees }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td class="number">{formatNumber(periodHours, 2)}</td>
                  <td class="number">{formatNumber(amplitude, decimals)}</td>
                  <td class="number">{formatNumber(phaseDegrees, 1)}°</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p class="hint">
            Phases refer to 2000:001 00:00 UTC. The rest has an RMS of{' '}
            {formatNumber(fit.residualRms, decimals)}, its trend is {formatNumber(fit.trendPerDay, decimals)}{' '}
            per day.
          </p>
          {fit.leftOut.length > 0 && (
            <ul class="hint">
              {fit.leftOut.map(({ name, reason }) => (
                <li key={name}>
                  {name} left out: {reason}
                </li>
              ))}
            </ul>
          )}
        </>
      ) : (
        <p class="hint">This channel has too few samples to fit a tide: half a day at least.</p>
      )}
    </div>
  );
}
