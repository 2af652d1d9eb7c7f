import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROFILES } from '../../charts';
import { REPOSITORY } from './project';

const MANIFESTS = Object.keys(PROFILES).map((name) => `${name}.k8s.yaml`);

test('`cdk8s synth` writes a manifest for each profile', () => {
  const output = mkdtempSync(join(tmpdir(), 'cdk8s-'));
  try {
    execFileSync(join(REPOSITORY, 'node_modules/.bin/cdk8s'), ['synth', '--output', output], {
      cwd: REPOSITORY,
      stdio: 'pipe',
    });
    expect(readdirSync(output).sort()).toEqual([...MANIFESTS].sort());
  } finally {
    rmSync(output, { recursive: true });
  }
}, 60_000);
