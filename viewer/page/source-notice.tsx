import { count } from './number-ticks';
import { formatAge, formatInstant } from './time-text';
import type { StationsFeed } from './use-stations';

/** What is wrong between the rows and this page, if anything. Screen readers are told. */
export function SourceNotice({ feed, now }: { feed: StationsFeed; now: number }) {
  return (
    <div role="status" class="notices">
      {noticesOf(feed, now).map(({ icon, text, kind }) => (
        <p key={kind} class={`notice ${kind}`}>
          <span aria-hidden="true">{icon}</span> {text}
        </p>
      ))}
    </div>
  );
}

interface Notice {
  readonly kind: 'lost' | 'kafka' | 'behind';
  readonly icon: string;
  readonly text: string;
}

function noticesOf({ answer, lostSince }: StationsFeed, now: number): Notice[] {
  if (lostSince !== undefined) {
    const since = formatInstant(Math.floor(lostSince / 1000) * 1000);
    const text = `The server has not answered since ${since} UTC. What is shown may be old. Trying again.`;
    return [{ kind: 'lost', icon: '⚠', text }];
  }
  const notices: Notice[] = [];
  const { unreachableSince, reason, behind = 0 } = answer?.source ?? {};
  if (unreachableSince !== undefined) {
    const why = reason ? ` (${reason})` : '';
    const since = `${formatInstant(Math.floor(unreachableSince / 1000) * 1000)} UTC`;
    const text = `Kafka cannot be reached since ${since}, ${formatAge(now - unreachableSince)}${why}. Rows up to then are shown.`;
    notices.push({ kind: 'kafka', icon: '⚠', text });
  }
  // In thousands, as a text that changes every second is read out every second.
  if (behind > 0) {
    const rows =
      behind < 1000 ? count(behind, 'record') : `about ${count(Math.ceil(behind / 1000), 'thousand record')}`;
    notices.push({ kind: 'behind', icon: '⟳', text: `Catching up: ${rows} of the topic to read.` });
  }
  return notices;
}
