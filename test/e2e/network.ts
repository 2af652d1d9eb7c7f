/** A worse network for this process: answers of brokers that come late or never. */
import net from 'node:net';

/** A write of at least so many bytes is a request with rows. */
const ROWS_BYTES = 4_000;

/** Changes a socket before it is used. */
export type Change = (socket: net.Socket) => void;

/** Applies a change to each socket that this process opens, until the returned function is called. */
export function changeSockets(change: Change): () => void {
  const connect = net.connect;
  net.connect = ((...args: Parameters<typeof connect>) => {
    const socket = connect(...args);
    change(socket);
    return socket;
  }) as typeof connect;
  return () => {
    net.connect = connect;
  };
}

/** Calls `onRows` before each request with rows. */
export function watchRows(socket: net.Socket, onRows: () => void): void {
  const write = socket.write.bind(socket) as (chunk: Buffer, ...rest: unknown[]) => boolean;
  socket.write = (chunk: Buffer, ...rest: unknown[]) => {
    if (chunk.length >= ROWS_BYTES) onRows();
    return write(chunk, ...rest);
  };
}

/** Calls `onAnswer` with each piece of the answers, which it may change, and which `deliver` passes on. */
export function watchAnswers(
  socket: net.Socket,
  onAnswer: (deliver: () => void, data: Buffer) => void,
): void {
  const emit = socket.emit.bind(socket) as (event: string, ...args: unknown[]) => boolean;
  socket.emit = ((event: string, ...args: unknown[]) => {
    if (event !== 'data') return emit(event, ...args);
    onAnswer(() => emit(event, ...args), args[0] as Buffer);
    return true;
  }) as typeof socket.emit;
}

/** Calls `onRequest` with the key and the correlation id of each request to Kafka. */
export function watchRequests(
  socket: net.Socket,
  onRequest: (apiKey: number, correlationId: number) => void,
): void {
  const write = socket.write.bind(socket) as (chunk: unknown, ...rest: unknown[]) => boolean;
  socket.write = (chunk: unknown, ...rest: unknown[]) => {
    // HTTP requests are strings and plain arrays of bytes.
    if (Buffer.isBuffer(chunk) && chunk.length >= 12) onRequest(chunk.readInt16BE(4), chunk.readInt32BE(8));
    return write(chunk, ...rest);
  };
}

/**
 * Delays the answers on connections that carry rows, as a distant broker does, so that a run takes a while.
 */
export function slowAnswers(milliseconds: number): Change {
  return (socket) => {
    let hasRows = false;
    watchRows(socket, () => (hasRows = true));
    watchAnswers(socket, (deliver) => {
      if (hasRows) setTimeout(deliver, milliseconds);
      else deliver();
    });
  };
}
