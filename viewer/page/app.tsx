import { useEffect, useState } from 'preact/hooks';

import type { Settings } from '../api';
import { type Go, useAddress } from './address';
import { AnalysisTab } from './analysis-tab';
import { Help } from './help';
import { Link } from './link';
import { fetchSettings } from './requests';
import { SourceNotice } from './source-notice';
import { StationsView } from './stations-view';
import { type ThemeChoice, useTheme } from './theme';
import { TracesView } from './traces-view';
import { useServerNow, useStations } from './use-stations';
import { START, type View, type ViewState } from './url-state';

const TABS: readonly { view: View; label: string }[] = [
  { view: 'stations', label: 'Stations' },
  { view: 'traces', label: 'Traces' },
  { view: 'spectrogram', label: 'Spectrogram' },
  { view: 'day', label: 'Day plot' },
];

/** The whole page. */
export function App() {
  const { state, go } = useAddress();
  const { theme, choice, choose } = useTheme();
  const feed = useStations(state.view === 'stations');
  const now = useServerNow(feed.clockOffset);
  const settings = useSettings(feed.answer !== undefined && feed.lostSince === undefined);
  const stations = feed.answer?.stations ?? [];
  const station = stations.find(({ site }) => site === state.site) ?? (state.site ? undefined : stations[0]);
  useEffect(() => {
    document.title = state.view === 'stations' ? 'Strain viewer' : `${station?.site ?? ''} – Strain viewer`;
  }, [state.view, station?.site]);

  return (
    <>
      <header class="bar">
        <h1>Strain viewer</h1>
        <Tabs state={state} go={go} />
        <span class="spacer" />
        <Help />
        <ThemeButton choice={choice} choose={choose} />
      </header>
      <SourceNotice feed={feed} now={now} />
      <main>
        {state.view === 'stations' && (
          <StationsView feed={feed} now={now} settings={settings} state={state} go={go} />
        )}
        {state.view === 'traces' && (
          <TracesView feed={feed} station={station} state={state} go={go} theme={theme} settings={settings} />
        )}
        {(state.view === 'spectrogram' || state.view === 'day') && (
          <AnalysisTab feed={feed} station={station} state={state} go={go} />
        )}
      </main>
    </>
  );
}

function Tabs({ state, go }: { state: ViewState; go: Go }) {
  return (
    <nav aria-label="Views">
      {TABS.map(({ view, label }) => (
        <Link
          key={view}
          state={view === 'stations' ? START : { ...state, view }}
          go={go}
          current={state.view === view}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}

const CHOICES: readonly ThemeChoice[] = ['auto', 'light', 'dark'];
const CHOICE_ICONS: Record<ThemeChoice, string> = { auto: '◐', light: '☀', dark: '☾' };

function ThemeButton({ choice, choose }: { choice: ThemeChoice; choose: (choice: ThemeChoice) => void }) {
  const next = CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length]!;
  return (
    <button
      class="quiet"
      onClick={() => choose(next)}
      title={`Theme: ${choice}`}
      aria-label={`Theme: ${choice}. Change to ${next}`}
    >
      <span aria-hidden="true">{CHOICE_ICONS[choice]}</span>
    </button>
  );
}

/** Asks again when the server is back, as it may have started with other settings. */
function useSettings(isReached: boolean): Settings | undefined {
  const [settings, setSettings] = useState<Settings>();
  useEffect(() => {
    if (!isReached) return undefined;
    const abort = new AbortController();
    fetchSettings(abort.signal).then(setSettings, () => undefined);
    return () => abort.abort();
  }, [isReached]);
  return settings;
}
