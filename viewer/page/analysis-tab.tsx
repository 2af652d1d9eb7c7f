import type { Station } from '../api';
import type { Go } from './address';
import { choiceOf } from './choice';
import { StationBar } from './station-bar';
import type { StationsFeed } from './use-stations';
import type { ViewState } from './url-state';

/** The tabs of a single channel: the spectrogram and the day plot. */
export function AnalysisTab(props: { feed: StationsFeed; station: Station | undefined; state: ViewState; go: Go }) {
  const { feed, station, state, go } = props;
  const choice = station && choiceOf(station, state);
  return (
    <div class="traces">
      <StationBar feed={feed} station={station} state={state} go={go} />
      {choice && <p class="empty">{state.view === 'day' ? 'Day plot' : 'Spectrogram'} of {choice.channels[0]?.label}</p>}
    </div>
  );
}
