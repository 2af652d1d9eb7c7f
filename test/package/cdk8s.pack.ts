import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROFILES } from '../../charts';
import { REPOSITORY } from './project';

const MANIFESTS = Object.keys(PROFILES).map((name) => `${name}.k8s.yaml`);

describe('the cdk8s command', () => {
  /** Runs `cdk8s synth`; returns the files that it writes. */
  const synth = (...args: string[]) => {
    const output = mkdtempSync(join(tmpdir(), 'cdk8s-'));
    try {
      execFileSync(join(REPOSITORY, 'node_modules/.bin/cdk8s'), ['synth', '--output', output, ...args], {
        cwd: REPOSITORY,
        stdio: 'pipe',
      });
      return readdirSync(output, { recursive: true, encoding: 'utf8' }).sort();
    } finally {
      rmSync(output, { recursive: true });
    }
  };

  test('synthesizes plain manifests', () => {
    expect(synth()).toEqual([...MANIFESTS].sort());
  }, 60_000);

  test('synthesizes a Helm chart', () => {
    expect(synth('--format', 'helm', '--chart-api-version', 'v2', '--chart-version', '1.0.0')).toEqual(
      expect.arrayContaining(['Chart.yaml', ...MANIFESTS.map((file) => `templates/${file}`)]),
    );
  }, 60_000);
});
