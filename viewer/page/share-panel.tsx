import { useState } from 'preact/hooks';

import { type ChannelInfo, EXPORT_FORMATS, type Marker } from '../api';
import { copyText, savePng, saveSvg } from './save';
import { exportAddress, type SeriesQuery } from './requests';
import { sqlCommands } from './sql';
import { type Picture, svgOf } from './svg-chart';
import type { Theme } from './theme';
import { formatInstant, formatLength } from './time-text';
import type { Traces } from './traces';
import type { ViewState } from './url-state';

/** Props of SharePanel. */
export interface SharePanelProps {
  readonly query: SeriesQuery;
  readonly channels: readonly ChannelInfo[];
  readonly state: ViewState;
  readonly traces: Traces;
  readonly markers: readonly Marker[];
  readonly theme: Theme;
  readonly colorOf: (name: string) => string;
  readonly width: number;
}

const FORMAT_NAMES = { csv: 'CSV', parquet: 'Parquet' };

/** Takes what is seen elsewhere: a link, a picture, the rows, a query. */
export function SharePanel(props: SharePanelProps) {
  const { query, channels, state } = props;
  const [note, setNote] = useState('');
  const copy = (text: string, name: string): void => {
    copyText(text).then(
      () => setNote(`${name} copied.`),
      () => setNote(`The browser does not let the page copy. ${name}: ${text}`),
    );
  };
  const file = `${query.site}-${query.session}-${new Date(query.start).toISOString().slice(0, 19).replaceAll(':', '')}`;
  const commands = sqlCommands({ ...query, channels, unit: state.unit }).join('\n');
  return (
    <details class="panel" open>
      <summary>Share and save</summary>
      <div class="buttons">
        <button onClick={() => copy(location.href, 'Link')}>Copy link</button>
        <button onClick={() => copy(commands, 'SQL')} title={commands}>
          Copy SQL
        </button>
        <button
          onClick={() =>
            void savePng(svgOf(pictureOf(props)), `${file}.png`).catch(() =>
              setNote('The picture cannot be drawn.'),
            )
          }
        >
          PNG
        </button>
        <button onClick={() => saveSvg(svgOf(pictureOf(props)), `${file}.svg`)}>SVG</button>
        {EXPORT_FORMATS.map((format) => (
          <a key={format} class="button" href={exportAddress(query, format)} download>
            {FORMAT_NAMES[format]}
          </a>
        ))}
      </div>
      <p class="hint">CSV, Parquet and SQL give the raw rows of this span, without processing.</p>
      <p role="status" class="hint">
        {note}
      </p>
    </details>
  );
}

function pictureOf(props: SharePanelProps): Picture {
  const { query, channels, state, traces, theme } = props;
  const span = { start: query.start, end: query.end };
  const removed = [
    ...(state.tide ? ['tide removed'] : []),
    ...(state.band ? [`band-pass ${state.band.low}–${state.band.high} Hz`] : []),
    ...(state.trend === 'none' ? [] : [`${state.trend} removed`]),
  ];
  const width = traces.bucketMs === null ? [] : [`buckets of ${formatLength(traces.bucketMs)}`];
  return {
    title: `${query.site} ${query.session}`,
    subtitle: [`${formatInstant(span.start)} – ${formatInstant(span.end)} UTC`, ...width, ...removed].join(
      ' · ',
    ),
    span,
    traces,
    labelOf: (name) => channels.find((channel) => channel.name === name)?.label ?? name,
    markers: props.markers.filter(({ time }) => time >= span.start && time < span.end),
    width: Math.max(640, props.width),
    height: 170,
    colors: { ...theme, lineOf: props.colorOf },
  };
}
