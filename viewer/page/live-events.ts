/** Server-sent events that recover by themselves. */

/** What a listener is told. */
export interface Listener {
  /** Handlers of events by name; they get the event's data. */
  readonly events: Readonly<Record<string, (data: unknown) => void>>;
  /** The connection is there: the first time, or again. */
  readonly onOpen?: () => void;
  readonly onLost?: () => void;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 15_000;

/**
 * Listens until the returned function is called. Browsers connect again after a broken connection, but not
 * after an answer with an error, for example of a proxy whose server restarts: this does.
 */
export function listen(address: string, { events, onOpen, onLost }: Listener): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = FIRST_WAIT_MS;

  const open = (): void => {
    source = new EventSource(address);
    source.onopen = () => {
      wait = FIRST_WAIT_MS;
      onOpen?.();
    };
    source.onerror = () => {
      onLost?.();
      if (source?.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, wait);
      wait = Math.min(LONGEST_WAIT_MS, wait * 2);
    };
    for (const [name, handle] of Object.entries(events)) {
      source.addEventListener(name, ({ data }: MessageEvent<string>) => handle(JSON.parse(data)));
    }
  };
  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
