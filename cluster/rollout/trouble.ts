/** How serious a trouble is. */
export type Weight =
  /** Waiting cannot help: something outside has to change. */
  | 'hopeless'
  /** Something is wrong, but it may recover by itself. */
  | 'odd'
  /** Normal while things start; worth reporting on a timeout. */
  | 'slow';

/** Where to find the log lines that explain it. */
export interface LogPlace {
  readonly pod: string;
  readonly container: string;
  /** True for the log of the container's previous run. */
  readonly previous: boolean;
}

/** Something that keeps an object from becoming ready. */
export interface Trouble {
  /** Which object: `pod kafka-broker-0, container kafka`. */
  readonly at: string;
  readonly reason: string;
  readonly fix: string;
  readonly weight: Weight;
  readonly log?: LogPlace;
}
