/**
 * Holds the synthesized manifests against the Kubernetes API's own schemas (kubectl-validate), kube-score and
 * Checkov. `npm run check:manifests` after `npm run synth`; exit 1 on any finding that
 * test/checks/exceptions.yaml does not explain.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parse } from 'yaml';

interface Finding {
  tool: string;
  check: string;
  /** `chart Kind/name` */
  object: string;
  text: string;
}
interface Exception {
  tool: string;
  check: string;
  objects?: string;
  reason: string;
}

const root = resolve(__dirname, '../..');
/**
 * The newest API that kubectl-validate v0.0.4 carries schemas of; the server-side dry run covers newer ones.
 */
const VALIDATED_API = '1.30';

/** Standard output of a checker. Checkers exit with 1 on findings, so the exit code says little. */
function output(command: string, ...args: string[]): string {
  const run = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (run.error) throw run.error;
  if (run.stdout.trim() === '') throw new Error(`${basename(command)} printed nothing: ${run.stderr}`);
  return run.stdout;
}

function kubectlValidate(tools: string, file: string): Finding[] {
  const run = spawnSync(join(tools, 'kubectl-validate'), ['--version', VALIDATED_API, file], {
    encoding: 'utf8',
  });
  if (run.error) throw run.error;
  if (run.status === 0) return [];
  return [
    { tool: 'kubectl-validate', check: 'schema', object: chartOf(file), text: run.stdout + run.stderr },
  ];
}

interface KubeScoreObject {
  object_name: string;
  type_meta: { kind: string };
  object_meta: { name: string };
  checks: {
    check: { id: string };
    grade: number;
    skipped: boolean;
    comments: { path: string; summary: string; description: string }[] | null;
  }[];
}
/** kube-score grades 10 (fine), 7 (nearly), 5 (warning), 1 (critical). */
const KUBE_SCORE_FINE = 7;

function kubeScore(tools: string, file: string): Finding[] {
  const objects = JSON.parse(
    output(join(tools, 'kube-score'), 'score', '--kubernetes-version', 'v1.34', '-o', 'json', file),
  ) as KubeScoreObject[];
  return objects.flatMap((object) =>
    object.checks
      .filter((result) => !result.skipped && result.grade < KUBE_SCORE_FINE)
      .map((result) => ({
        tool: 'kube-score',
        check: result.check.id,
        object: `${chartOf(file)} ${object.type_meta.kind}/${object.object_meta.name}`,
        text: (result.comments ?? [])
          .map((comment) => `${comment.path} ${comment.summary}`.trim())
          .join('; '),
      })),
  );
}

interface CheckovReport {
  results: { failed_checks: { check_id: string; check_name: string; resource: string }[] };
}

function checkov(tools: string, file: string): Finding[] {
  const report = JSON.parse(
    output(
      join(tools, 'checkov'),
      '-f',
      file,
      '--framework',
      'kubernetes',
      '-o',
      'json',
      '--compact',
      '--quiet',
      '--skip-download',
    ),
  ) as CheckovReport;
  return report.results.failed_checks.map((failed) => {
    const [kind, , name] = failed.resource.split('.');
    return {
      tool: 'checkov',
      check: failed.check_id,
      object: `${chartOf(file)} ${kind}/${name}`,
      text: failed.check_name,
    };
  });
}

const chartOf = (file: string) => basename(file, '.k8s.yaml');

function explains(exception: Exception, finding: Finding): boolean {
  return (
    exception.tool === finding.tool &&
    exception.check === finding.check &&
    (exception.objects === undefined || new RegExp(exception.objects).test(finding.object))
  );
}

const tools = execFileSync(join(__dirname, 'tools.sh'), {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
}).trim();
const exceptions = parse(readFileSync(join(__dirname, 'exceptions.yaml'), 'utf8')) as Exception[];
const files = readdirSync(join(root, 'dist'))
  .filter((name) => name.endsWith('.k8s.yaml'))
  .sort()
  .map((name) => join(root, 'dist', name));
if (files.length === 0) throw new Error('no dist/*.k8s.yaml to check: run npm run synth first');

const findings = files.flatMap((file) => [
  ...kubectlValidate(tools, file),
  ...kubeScore(tools, file),
  ...checkov(tools, file),
]);
const open = findings.filter((finding) => !exceptions.some((exception) => explains(exception, finding)));
const unused = exceptions.filter((exception) => !findings.some((finding) => explains(exception, finding)));
for (const finding of open)
  console.log(`${finding.tool} ${finding.check} ${finding.object}: ${finding.text}`);
for (const exception of unused)
  console.log(`unused exception: ${exception.tool} ${exception.check} ${exception.objects ?? ''}`);
console.log(
  `${files.length} files: ${open.length} findings, ${findings.length - open.length} explained by ${exceptions.length} exceptions, ${unused.length} exceptions unused`,
);
process.exitCode = open.length + unused.length > 0 ? 1 : 0;
