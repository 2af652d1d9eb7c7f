import type { Settings, Station } from '../api';
import type { Go } from './address';
import { Sparkline, StateIcon } from './icons';
import { Link } from './link';
import { count, formatNumber } from './number-ticks';
import { StationsMap } from './stations-map';
import { formatAge, formatInstant } from './time-text';
import type { StationsFeed } from './use-stations';
import { atStation, type ViewState } from './url-state';

/** Props of StationsView. */
export interface StationsViewProps {
  readonly feed: StationsFeed;
  readonly now: number;
  readonly settings: Settings | undefined;
  readonly state: ViewState;
  readonly go: Go;
}

/** All stations: a table, those that need attention first, and a map. */
export function StationsView({ feed, now, settings, state, go }: StationsViewProps) {
  const { answer } = feed;
  if (!answer)
    return <p class="empty">{feed.lostSince === undefined ? 'Loading…' : 'No stations to show.'}</p>;
  const { stations, source } = answer;
  if (stations.length === 0) {
    return source.behind > 0 ? (
      <p class="empty">The rows are being read.</p>
    ) : (
      <p class="empty">
        No rows yet. Publish some: <code>npm run ingest -- PATH</code>
      </p>
    );
  }
  return (
    <div class="stations">
      <section aria-labelledby="stations-title">
        <h2 id="stations-title">
          Stations <Summary stations={stations} />
        </h2>
        <StationsTable stations={stations} now={now} state={state} go={go} />
        <p class="footnote">
          {count(source.rows, 'row')} in the store.
          {settings &&
            ` Late: the newest sample is older than ${formatAge(settings.lateAfter * 1000)}; silent: older than ${formatAge(settings.silentAfter * 1000)}.`}
        </p>
      </section>
      <StationsMap stations={stations} state={state} go={go} />
    </div>
  );
}

/** `2 silent, 1 late, 5 live`, read out when it changes. */
function Summary({ stations }: { stations: readonly Station[] }) {
  const states = (['silent', 'late', 'live'] as const)
    .map((it) => ({ it, number: stations.filter((station) => station.state === it).length }))
    .filter(({ number }) => number > 0);
  return (
    <small class="summary" aria-live="polite">
      {states.map(({ it, number }) => (
        <span key={it}>
          <StateIcon state={it} /> {number} {it}
        </span>
      ))}
    </small>
  );
}

const COLUMNS = ['Station', 'State', 'Last sample (UTC)', 'Last arrival', 'Rows/min', 'Sessions'];
const DAY_COLUMNS = ['Gaps', 'Missing', 'Damaged'];

type TableProps = Omit<StationsViewProps, 'feed' | 'settings'> & { readonly stations: readonly Station[] };

// The roles are explicit because the narrow layout changes `display`, which would take them away.
function StationsTable({ stations, now, state, go }: TableProps) {
  return (
    <div class="table-frame">
      <table class="stations-table" role="table" aria-labelledby="stations-title">
        <thead role="rowgroup">
          <tr role="row">
            {COLUMNS.map((name) => (
              <th key={name} role="columnheader" scope="col">
                {name}
              </th>
            ))}
            {DAY_COLUMNS.map((name) => (
              <th key={name} role="columnheader" scope="col" class="number">
                {name} <small>last day</small>
              </th>
            ))}
            <th role="columnheader" scope="col" class="trend">
              Trend
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {stations.map((station) => (
            <StationRow key={station.site} station={station} now={now} state={state} go={go} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

type RowProps = Pick<TableProps, 'now' | 'state' | 'go'> & { readonly station: Station };

function StationRow({ station, now, state, go }: RowProps) {
  const { site, spark } = station;
  const label = spark.channel === '' ? 'No trend' : `Means of ${spark.channel} over the last hours`;
  return (
    <tr role="row">
      <th role="rowheader" scope="row" class="site">
        <Link state={atStation(state, site)} go={go}>
          {site}
        </Link>
      </th>
      <td role="cell">
        <span class={`badge ${station.state}`}>
          <StateIcon state={station.state} /> {station.state}
        </span>
      </td>
      <td role="cell" data-label="Last sample" class="instant">
        {formatInstant(Math.floor(station.lastTime / 1000) * 1000)}{' '}
        <small class="muted">{age(now - station.lastTime)}</small>
      </td>
      <td role="cell" data-label="Last arrival">
        {station.lastArrival === null ? '–' : age(now - station.lastArrival)}
      </td>
      <td role="cell" data-label="Rows/min" class="number">
        {formatNumber(station.rowsPerMinute, 0)}
      </td>
      <td role="cell" data-label="Sessions" class="sessions">
        {station.sessions.map(({ session }) => (
          <Link
            key={session}
            state={{ ...atStation(state, site), session }}
            go={go}
            label={`${site} ${session}`}
            class="chip"
          >
            {session}
          </Link>
        ))}
      </td>
      <Worry label="Gaps" value={station.gapsLastDay} />
      <Worry label="Missing" value={station.missingLastDay} />
      <Worry label="Damaged" value={station.damagedLastDay} />
      <td role="cell" class="trend">
        <Sparkline mean={spark.mean} label={label} />
      </td>
    </tr>
  );
}

/** A number that should be zero. */
function Worry({ label, value }: { label: string; value: number }) {
  return (
    <td role="cell" data-label={label} class={value > 0 ? 'number worry' : 'number muted'}>
      {formatNumber(value, 0)}
    </td>
  );
}

function age(ms: number): string {
  const text = formatAge(Math.max(0, ms));
  return text === 'now' ? text : `${text} ago`;
}
