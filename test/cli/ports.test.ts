import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePorts, isPortFree, portHolder } from '../../cli/ports';

test('free ports are different, and free', async () => {
  const ports = await freePorts(5);
  expect(new Set(ports).size).toBe(5);
  expect(await Promise.all(ports.map(isPortFree))).toEqual(Array(5).fill(true));
});

test('a port in use is not free, and its holder is named', async () => {
  const [port = 0] = await freePorts(1);
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  try {
    expect(await isPortFree(port)).toBe(false);
    expect(await portHolder(port)).toContain(`(pid ${process.pid})`);
  } finally {
    server.close();
    await once(server, 'close');
  }
  expect(await portHolder(port)).toBeUndefined();
});
