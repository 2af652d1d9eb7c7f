import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const repository = join(__dirname, '../..');

/** A manifest for each profile, and for the jobs of two of them. */
const FILES = ['classic', 'dev-jobs', 'dev', 'prod-jobs', 'prod'].map((name) => `${name}.k8s.yaml`);

/**
 * Runs main.ts and prints the CPU time of the process. Other programs on the machine delay it, but take none
 * of that time.
 */
const TIMED = `
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    console.log((user + system) / 1e6);
  });
  require('./main.ts');
`;

/**
 * Runs main.ts in its own process. Returns the manifests by file name, and the seconds of CPU that it took.
 */
function synthesize(env: Record<string, string> = {}) {
  const outdir = mkdtempSync(join(tmpdir(), 'synth-'));
  try {
    const printed = execFileSync(process.execPath, ['--require', 'tsx/cjs', '--eval', TIMED], {
      cwd: repository,
      env: { PATH: process.env.PATH, CDK8S_OUTDIR: outdir, ...env },
      encoding: 'utf8',
    });
    const seconds = Number(printed.trim().split('\n').at(-1));
    const files = readdirSync(outdir).sort();
    return { seconds, files, texts: files.map((file) => readFileSync(join(outdir, file), 'utf8')) };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

describe('main.ts', () => {
  const first = synthesize();
  const second = synthesize({ LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8', TZ: 'Pacific/Kiritimati' });

  test('writes a manifest for each profile', () => {
    expect(first.files).toEqual(FILES);
  });

  test('writes the same bytes again, under another locale and time zone', () => {
    expect(second.texts).toEqual(first.texts);
  });

  test('PROFILE and IMAGE_REGISTRY select profiles and registry', () => {
    const { files, texts } = synthesize({ PROFILE: 'prod', IMAGE_REGISTRY: 'registry.internal' });
    expect(files).toEqual(['prod.k8s.yaml']);
    const images = texts.join().match(/image: \S+/g) ?? [];
    expect(images.filter((image) => !image.startsWith('image: registry.internal/'))).toEqual([]);
  });

  test("FLINK_STATE_* say where prod keeps Flink's state", () => {
    const { texts } = synthesize({
      PROFILE: 'prod',
      FLINK_STATE_URL: 's3://bucket/folder',
      FLINK_STATE_ENDPOINT: 'https://minio.example.com',
      FLINK_STATE_REGION: 'eu-central-1',
    });
    for (const line of [
      'high-availability.storageDir: s3://bucket/folder/high-availability',
      's3.endpoint: https://minio.example.com',
      's3.region: eu-central-1',
    ]) {
      expect(texts.join()).toContain(line);
    }
  });

  test('takes less than 5 seconds of CPU for all profiles', () => {
    // The first may have to compile.
    expect(second.seconds).toBeGreaterThan(0);
    expect(second.seconds).toBeLessThan(5);
  });
});
