/** Pods come up, and come back, in minutes on a busy machine. */
jest.setTimeout(600_000);
