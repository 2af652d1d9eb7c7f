import { useEffect, useRef } from 'preact/hooks';

import { isTyping } from './keys';

const KEYS: readonly [string, string][] = [
  ['← →', 'move a quarter of what is seen'],
  ['Shift + ← →', 'move all of what is seen'],
  ['+ −', 'zoom in, zoom out'],
  ['Home End', 'go to the first or the last sample'],
  ['f', 'follow the newest sample'],
  [', .', 'move the cursor to the sample before or after'],
  ['m', 'add a marker at the cursor'],
  ['?', 'show this help'],
];

const MOUSE: readonly [string, string][] = [
  ['Drag', 'zoom in to a span'],
  ['Shift + drag, or drag the time axis', 'move'],
  ['Wheel', 'zoom around the cursor'],
  ['Shift + wheel', 'move'],
  ['One finger, two fingers', 'move, zoom'],
];

/** The button and the dialog that list keys and gestures. */
export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const open = (event: KeyboardEvent): void => {
      if (event.key === '?' && !isTyping(event) && !dialog.current?.open) dialog.current?.showModal();
    };
    addEventListener('keydown', open);
    return () => removeEventListener('keydown', open);
  }, []);
  return (
    <>
      <button class="quiet" onClick={() => dialog.current?.showModal()} aria-label="Keys and gestures">
        <span aria-hidden="true">?</span>
      </button>
      <dialog ref={dialog} aria-labelledby="help-title">
        <h2 id="help-title">Keys and gestures</h2>
        <List title="Keys in the traces" entries={KEYS} />
        <List title="Mouse and touch" entries={MOUSE} />
        <button onClick={() => dialog.current?.close()}>Close</button>
      </dialog>
    </>
  );
}

function List({ title, entries }: { title: string; entries: readonly [string, string][] }) {
  return (
    <>
      <h3>{title}</h3>
      <dl class="keys">
        {entries.map(([key, text]) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
