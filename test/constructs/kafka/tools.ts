/**
 * Where scripts find their tools: those of this machine, and busybox's, which the official image of Kafka
 * has, where it is installed.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const PATH = process.env.PATH ?? '';

/** Names of sets of tools, each with the PATH that leads to it. */
export const TOOLS: [string, string][] = [["this machine's tools", PATH], ...busybox()];

function busybox(): [string, string][] {
  const program = PATH.split(delimiter)
    .map((folder) => join(folder, 'busybox'))
    .find((file) => existsSync(file));
  if (program === undefined) return [];
  const folder = mkdtempSync(join(tmpdir(), 'busybox-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const applets = execFileSync(program, ['--list'], { encoding: 'utf8' }).trim().split('\n');
  // The image's bash is bash.
  for (const applet of applets) {
    if (!['bash', 'busybox'].includes(applet)) symlinkSync(program, join(folder, applet));
  }
  return [["busybox's tools", `${folder}${delimiter}${PATH}`]];
}
