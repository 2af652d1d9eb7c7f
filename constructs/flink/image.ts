/** What the pods use of Flink's images. */

/** Folder of Flink. */
export const FLINK_HOME = '/opt/flink';

/** Number of the user and group `flink`. */
export const FLINK_UID = 9999;

/** Folders that Flink writes to. */
export const FLINK_SCRATCH: Readonly<Record<string, string>> = { log: `${FLINK_HOME}/log`, tmp: '/tmp' };
