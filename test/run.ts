/**
 * Runs the tests that need no cluster in the least time: unit tests on all cores, then the end-to-end tests
 * in four lanes, as they spend much of their time waiting for services.
 *
 *     npx tsx test/run.ts [unit|e2e|package]...    all by default
 *
 * With TEST_REPORTS=FOLDER, each run of Jest leaves its results there as JSON.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { ROOT } from '../cli/root';
import { arePartsThere, fetchParts } from '../local/parts';
import { DEFAULT_STATE_DIR } from '../local/settings';

/** One run of Jest. */
interface Run {
  readonly name: string;
  readonly suite: Suite;
  readonly args: readonly string[];
}

type Suite = 'unit' | 'e2e' | 'package';

/**
 * Stages follow each other; the lanes of a stage run at the same time, and the runs of a lane follow each
 * other.
 */
const STAGES: readonly (readonly (readonly Run[])[])[] = [
  [[{ name: 'unit', suite: 'unit', args: ['--selectProjects', 'unit'] }]],
  [
    // Each lane has its own services, which its tests may kill at any time.
    [{ name: 'e2e', suite: 'e2e', args: ['--selectProjects', 'e2e', '--runInBand'] }],
    [
      { name: 'local', suite: 'e2e', args: ['--selectProjects', 'local', '--runInBand'] },
      { name: 'producer-package', suite: 'package', args: packageTest('producer') },
    ],
    [{ name: 'produce', suite: 'e2e', args: ['--selectProjects', 'produce', '--runInBand'] }],
    [
      { name: 'exactly-once', suite: 'e2e', args: ['--selectProjects', 'exactly-once', '--runInBand'] },
      { name: 'constructs-package', suite: 'package', args: packageTest('constructs') },
      { name: 'cdk8s', suite: 'package', args: packageTest('cdk8s') },
    ],
  ],
];

function packageTest(name: string): string[] {
  return ['--selectProjects', 'package', '--runInBand', '--testPathPatterns', `/${name}\\.pack`];
}

/** Writes the first lane's output as it comes and that of the others after it, so that they do not mix. */
class Outputs {
  private readonly waiting = new Map<number, string>();
  private readonly ended = new Set<number>();
  private current = 0;

  write(lane: number, text: string): void {
    if (lane === this.current) process.stdout.write(text);
    else this.waiting.set(lane, (this.waiting.get(lane) ?? '') + text);
  }

  end(lane: number): void {
    this.ended.add(lane);
    while (this.ended.has(this.current)) {
      this.current += 1;
      process.stdout.write(this.waiting.get(this.current) ?? '');
      this.waiting.delete(this.current);
    }
  }
}

/** Runs Jest; true when all tests passed. */
function jest({ name, args }: Run, write: (text: string) => void): Promise<boolean> {
  const reports = process.env.TEST_REPORTS;
  const report = reports ? ['--json', `--outputFile=${path.join(reports, `${name}.json`)}`] : [];
  const program = path.join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
  const child = spawn(process.execPath, [program, ...args, ...report], { cwd: ROOT });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', write);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0));
  });
}

/** Fetches what the services are made of, once for all lanes. */
async function prepareParts(): Promise<void> {
  const folder = path.join(DEFAULT_STATE_DIR, 'parts');
  if (await arePartsThere(folder)) return;
  console.log('fetching Kafka, Flink and the registry with Maven, this once');
  await fetchParts(folder, () => undefined, AbortSignal.timeout(1_800_000));
}

async function main(suites: readonly string[]): Promise<void> {
  const began = Date.now();
  const failed: string[] = [];
  const isWanted = ({ suite }: Run): boolean => suites.length === 0 || suites.includes(suite);
  const parts = STAGES.flat(2).some((run) => run.suite === 'e2e' && isWanted(run))
    ? prepareParts()
    : undefined;
  // Fails where it is awaited.
  parts?.catch(() => undefined);
  for (const [i, stage] of STAGES.entries()) {
    if (i > 0) await parts;
    const outputs = new Outputs();
    const lanes = stage.map((runs) => runs.filter(isWanted));
    await Promise.all(
      lanes.map(async (runs, lane) => {
        for (const run of runs) {
          if (!(await jest(run, (text) => outputs.write(lane, text)))) failed.push(run.name);
        }
        outputs.end(lane);
      }),
    );
  }
  const seconds = ((Date.now() - began) / 1000).toFixed(0);
  console.log(
    failed.length === 0 ? `all passed in ${seconds} s` : `failed: ${failed.join(', ')}; ${seconds} s`,
  );
  process.exitCode = failed.length === 0 ? 0 : 1;
}

void main(process.argv.slice(2));
