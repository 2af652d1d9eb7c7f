import type { ChannelInfo } from '../api';
import type { Go } from './address';
import { KINDS } from './choice';

const TITLES: Record<ChannelInfo['kind'], string> = {
  gauge: 'Gauges',
  strain: 'Strain',
  pressure: 'Pressure',
  rain: 'Rain',
  temperature: 'Temperatures',
  voltage: 'Voltages',
  current: 'Currents',
  calibration: 'Calibration',
};

/** Switches channels on and off. */
export function ChannelsPanel(props: {
  readonly channels: readonly ChannelInfo[];
  readonly chosen: readonly string[];
  readonly colorOf: (name: string) => string;
  readonly go: Go;
}) {
  const { channels, chosen, colorOf, go } = props;
  const toggle = (name: string): void => {
    const next = channels.map((it) => it.name).filter((it) => chosen.includes(it) !== (it === name));
    // Without any, the defaults would come back, which is not what was clicked.
    if (next.length > 0) go({ channels: next });
  };
  return (
    <details class="panel" open>
      <summary>Channels</summary>
      {KINDS.map((kind) => {
        const some = channels.filter((channel) => channel.kind === kind);
        if (some.length === 0) return null;
        const boxes = (
          <fieldset key={kind}>
            <legend>{TITLES[kind]}</legend>
            <div class="checks">
              {some.map(({ name, label }) => (
                <label key={name} title={name}>
                  <input
                    type="checkbox"
                    checked={chosen.includes(name)}
                    disabled={chosen.length === 1 && chosen[0] === name}
                    onChange={() => toggle(name)}
                  />
                  <span class="swatch" ref={(it) => it?.style.setProperty('background', colorOf(name))} />
                  {label}
                </label>
              ))}
            </div>
          </fieldset>
        );
        // Dozens that are rarely wanted.
        return kind === 'calibration' && !some.some(({ name }) => chosen.includes(name)) ? (
          <details key={kind} class="inner">
            <summary>Calibration ({some.length})</summary>
            {boxes}
          </details>
        ) : (
          boxes
        );
      })}
    </details>
  );
}
