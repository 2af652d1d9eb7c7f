import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { run } from '../../../producer/cli';
import { readBatches } from '../../../producer/read';
import { ReadReport } from '../../../producer/report';
import { watch } from './helpers';

test('each archive of `sample --live` is found once and whole, soon after it appears', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'live-watch-'));
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  streams.stderr.resume();
  /** When the writer said that it had written an archive. */
  const written = new Map<string, number>();
  streams.stdout.setEncoding('utf8').on('data', (lines: string) => {
    for (const line of lines.trimEnd().split('\n'))
      written.set(basename(line.split('  ')[0] ?? ''), Date.now());
  });
  let writing = true;
  const args = ['sample', folder, '--live', '--session', 'Min', '--speed', '120', '--for', '8'];
  const writer = run(args, { ...streams, env: {}, signal: new AbortController().signal }).finally(() => {
    writing = false;
  });
  try {
    const watched = await watch(folder);
    const found = new Map<string, number>();
    const look = async (): Promise<void> => {
      for (const archive of await watched.poll()) {
        expect([archive.name, found.has(archive.name)]).toEqual([archive.name, false]);
        found.set(archive.name, Date.now());
        const local = await archive.fetch(watched.signal);
        const report = new ReadReport();
        for await (const { length } of readBatches([local!.path], report)) expect(length).toBeGreaterThan(0);
        expect(report.damages).toEqual([]);
      }
    };
    while (writing) {
      await look();
      await watched.source.pause(watched.signal);
    }
    expect(await writer).toBe(0);
    // One that was renamed in within the grain of the system's file times is complete after the settle time.
    const limit = Date.now() + 4_000;
    while (found.size < written.size && Date.now() < limit) {
      await look();
      await watched.source.pause(watched.signal);
    }
    expect([...found.keys()].sort()).toEqual([...written.keys()].sort());
    expect(found.size).toBeGreaterThan(3);
    const late = [...found].map(([name, at]) => at - written.get(name)!);
    expect(Math.max(...late)).toBeLessThan(5_000);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);
