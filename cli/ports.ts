/** Ports on this machine: which are free, and which program uses one. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { promisify } from 'node:util';

const LOOPBACK = '127.0.0.1';

/** True when nothing listens on `port` of localhost. */
export async function isPortFree(port: number): Promise<boolean> {
  const server = createServer();
  server.listen({ port, host: LOOPBACK, exclusive: true });
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  await close(server);
  return true;
}

/** `count` different ports that are free now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  for (const server of servers) {
    server.listen({ port: 0, host: LOOPBACK });
    await once(server, 'listening');
  }
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(close));
  return ports;
}

async function close(server: ReturnType<typeof createServer>): Promise<void> {
  server.close();
  await once(server, 'close');
}

/** Who listens on `port`, as `java (pid 4711)`; undefined when the system does not show it. */
export async function portHolder(port: number): Promise<string | undefined> {
  return process.platform === 'linux' ? holderByProc(port) : holderByLsof(port);
}

/**
 * On Linux, the inode of the socket is listed in /proc/net/tcp and linked in the file descriptors of its
 * process.
 */
async function holderByProc(port: number): Promise<string | undefined> {
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const lines = (await readFile(table, 'utf8').catch(() => '')).split('\n');
    for (const line of lines) {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      // 0A is LISTEN.
      if (state === '0A' && parseInt(local.split(':')[1] ?? '', 16) === port) inodes.add(`socket:[${inode}]`);
    }
  }
  if (inodes.size === 0) return undefined;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const file of files) {
      if (!inodes.has(await readlink(`/proc/${pid}/fd/${file}`).catch(() => ''))) continue;
      const name = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
      return `${name} (pid ${pid})`;
    }
  }
  return undefined;
}

async function holderByLsof(port: number): Promise<string | undefined> {
  const args = ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'];
  const { stdout } = await promisify(execFile)('lsof', args).catch(() => ({ stdout: '' }));
  const pid = /^p(\d+)/m.exec(stdout)?.[1];
  return pid === undefined ? undefined : `${/^c(.+)/m.exec(stdout)?.[1] ?? 'process'} (pid ${pid})`;
}
