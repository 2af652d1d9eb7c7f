/** The cluster and namespace that a command talks to, and the options that choose them. */
import path from 'node:path';
import { App } from 'cdk8s';
import { type Command, Option } from 'commander';
import { PROFILES } from '../charts/index';
import { ROOT } from '../cli/root';

/** A namespace of a cluster. */
export interface Target {
  /**
   * Context of the kubeconfig.
   * @default - its current one
   */
  readonly context?: string;
  readonly namespace: string;
}

/** Options of every command that talks to a cluster. */
export interface TargetOptions {
  readonly profile: string;
  readonly context?: string;
  readonly namespace?: string;
}

/** Adds `--profile`, `--context` and `--namespace`. */
export function addTargetOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--profile <name>', 'the chart that was applied')
        .choices(Object.keys(PROFILES))
        .default('dev'),
    )
    .option('--context <name>', 'context of the kubeconfig (default: its current one)')
    .option('-n, --namespace <name>', "namespace (default: the profile's own)");
}

/** The target that options name. */
export function targetOf({ profile, context, namespace }: TargetOptions): Target {
  return { namespace: namespace ?? namespaceOf(profile), ...(context === undefined ? {} : { context }) };
}

/** The manifest that `npm run synth` writes for a profile. */
export function manifestOf(profile: string): string {
  return path.join(ROOT, 'dist', `${profile}.k8s.yaml`);
}

/** The namespace of a profile, from its chart. */
function namespaceOf(profile: string): string {
  const Profile = PROFILES[profile];
  const namespace = Profile && new Profile(new App(), profile).namespace;
  if (namespace === undefined) {
    throw new Error(`profile is '${profile}'; expected one of ${Object.keys(PROFILES).join(', ')}`);
  }
  return namespace;
}
