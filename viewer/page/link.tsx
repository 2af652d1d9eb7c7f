import type { ComponentChildren } from 'preact';

import type { Go } from './address';
import { queryOf, type ViewState } from './url-state';

/** A link to another state of the page: it can be opened in a tab, and does not load the page again. */
export function Link(props: {
  readonly state: ViewState;
  readonly go: Go;
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly current?: boolean;
  readonly label?: string;
}) {
  const { state, go, children, current = false } = props;
  const open = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(state);
  };
  return (
    <a
      class={props.class}
      href={queryOf(state) || '?'}
      onClick={open}
      aria-current={current ? 'page' : undefined}
      aria-label={props.label}
    >
      {children}
    </a>
  );
}
