import type { Station } from '../api';
import type { Go } from './address';
import { StateIcon, StateShape } from './icons';
import { Link } from './link';
import { type LabelSide, labelSides, mapFrame, type Place } from './map-projection';
import { atStation, queryOf, type ViewState } from './url-state';

const WIDTH = 560;
const HEIGHT = 380;

/** Where the stations are. Those whose place is not known are listed below. */
export function StationsMap({
  stations,
  state,
  go,
}: {
  stations: readonly Station[];
  state: ViewState;
  go: Go;
}) {
  const placed = stations.flatMap((station) => {
    const place = placeOf(station);
    return place ? [{ station, place }] : [];
  });
  const unplaced = stations.filter((station) => !placeOf(station));
  const frame = mapFrame(
    placed.map(({ place }) => place),
    WIDTH,
    HEIGHT,
  );
  const points = placed.map(({ place }) => frame.at(place));
  const sides = labelSides(points, 36, 12);
  return (
    <section class="map" aria-labelledby="map-title">
      <h2 id="map-title">Map</h2>
      {placed.length > 0 && (
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="group" aria-labelledby="map-title">
          <g class="graticule" aria-hidden="true">
            {frame.meridians.map(({ x, label }) => (
              <g key={`x${x}`}>
                <path d={`M${x} 0V${HEIGHT}`} />
                <text x={x + 3} y={HEIGHT - 5}>
                  {label}
                </text>
              </g>
            ))}
            {frame.parallels.map(({ y, label }) => (
              <g key={`y${y}`}>
                <path d={`M0 ${y}H${WIDTH}`} />
                <text x={4} y={y - 4}>
                  {label}
                </text>
              </g>
            ))}
          </g>
          {placed.map(({ station }, index) => (
            <Pin
              key={station.site}
              station={station}
              {...points[index]!}
              side={sides[index]!}
              state={state}
              go={go}
            />
          ))}
        </svg>
      )}
      {unplaced.length > 0 && (
        <p class="unplaced">
          {placed.length > 0 ? 'Place not known: ' : 'The places of the stations are not known: '}
          {unplaced.map((station) => (
            <Link key={station.site} state={atStation(state, station.site)} go={go} class="chip">
              <StateIcon state={station.state} size={10} /> {station.site}
            </Link>
          ))}
          <br />
          <small>
            <code>npm run stations -- FILE</code> sets them.
          </small>
        </p>
      )}
    </section>
  );
}

const LABELS = {
  right: { x: 10, y: 4, 'text-anchor': 'start' },
  left: { x: -10, y: 4, 'text-anchor': 'end' },
  above: { x: 0, y: -10, 'text-anchor': 'middle' },
  below: { x: 0, y: 18, 'text-anchor': 'middle' },
} as const;

function Pin(props: { station: Station; x: number; y: number; side: LabelSide; state: ViewState; go: Go }) {
  const { station, x, y, go } = props;
  const target = atStation(props.state, station.site);
  const label = LABELS[props.side];
  return (
    <g transform={`translate(${x.toFixed(1)} ${y.toFixed(1)})`}>
      <a
        class="pin"
        href={queryOf(target)}
        aria-label={`${station.site}, ${station.state}`}
        onClick={(event: MouseEvent) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          go(target);
        }}
      >
        <circle class="target" r="14" />
        <g class={`state-icon ${station.state}`}>
          <StateShape state={station.state} />
        </g>
        <text {...label}>{station.site}</text>
      </a>
    </g>
  );
}

function placeOf({ constants }: Station): Place | undefined {
  const { latitude, longitude } = constants ?? {};
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return undefined;
  return { latitude, longitude };
}
