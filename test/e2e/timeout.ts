/** Services start, and brokers come back, in tens of seconds on a busy machine. */
jest.setTimeout(300_000);
