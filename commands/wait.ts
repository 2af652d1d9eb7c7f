/** `npm run wait`: waits for a rollout and explains what blocks it. */
import path from 'node:path';
import { Command } from 'commander';
import { userPath } from '../local/options';
import { ROOT } from '../cli/root';
import { seconds } from '../cli/arguments';
import { runCommand } from '../cli/command';
import { Kubectl } from '../cluster/kubectl';
import { readWanted } from '../cluster/rollout/manifest';
import { waitForRollout } from '../cluster/rollout/watch';
import { addTargetOptions, manifestOf, targetOf, type TargetOptions } from '../cluster/target';

interface WaitOptions extends TargetOptions {
  readonly timeout: number;
}

const EXAMPLES = `
Examples:
  kubectl apply -f dist/dev.k8s.yaml && npm run wait
  npm run wait -- --profile classic --timeout 600
  npm run wait -- dist/dev-jobs.k8s.yaml

Exit codes: 0 everything is ready; 1 something is not, and its pod, the reason and the last lines of its log are shown; 2 wrong usage.
It ends before the timeout when waiting cannot help: an image does not exist, a Job failed, or pods are refused.`;

async function wait(file: string | undefined, options: WaitOptions): Promise<void> {
  const manifest = file === undefined ? manifestOf(options.profile) : userPath(file);
  const began = Date.now();
  const wanted = readWanted(manifest);
  await waitForRollout({
    kubectl: new Kubectl(targetOf(options)),
    wanted,
    timeoutMs: options.timeout * 1000,
    say: console.log,
    source: shortPath(manifest),
  });
  console.log(`all ${wanted.length} are ready after ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

/** The path relative to the clone, as a user would type it. */
function shortPath(file: string): string {
  const relative = path.relative(ROOT, file);
  return relative.startsWith('..') ? file : relative;
}

const program = new Command('npm run wait --')
  .description('Waits until everything in a manifest is ready on the cluster, and explains what is not.')
  .argument('[manifest]', 'the applied manifest (default: dist/PROFILE.k8s.yaml)')
  .option('--timeout <seconds>', 'how long to wait', seconds, 300)
  .addHelpText('after', EXAMPLES);
void runCommand(addTargetOptions(program).action(wait));
