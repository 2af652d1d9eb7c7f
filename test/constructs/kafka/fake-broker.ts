/** What the tests of the containers' scripts have in common. */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

/** Folder of the scripts. */
export const SCRIPTS = join(__dirname, '..', '..', '..', 'constructs', 'kafka', 'scripts');

/** A fake broker: takes one request, keeps it, sends the answer in pieces, and leaves the connection open. */
export async function withFakeBroker<Result>(
  answer: readonly Buffer[],
  run: (port: number) => Promise<Result>,
): Promise<{ result: Result; request: string }> {
  let request = Buffer.alloc(0);
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      request = Buffer.concat([request, data]);
      if (request.length < 4 || request.length < 4 + request.readInt32BE()) return;
      answer.forEach((piece, i) => setTimeout(() => socket.write(piece), 20 * i));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const result = await run((server.address() as AddressInfo).port);
    return { result, request: request.toString('hex') };
  } finally {
    server.close();
  }
}

/** An answer after its size. */
export const sized = (body: Buffer) => {
  const size = Buffer.alloc(4);
  size.writeInt32BE(body.length);
  return Buffer.concat([size, body]);
};
