/** What a container asks for and may use. */
import { Size, SizeRoundingBehavior } from 'cdk8s';
import type { Cpu } from 'cdk8s-plus-27';
import type { IConstruct } from 'constructs';
import { k8s } from '../../imports';
import { invalid } from './invalid';

/** CPU and memory of one container. What is not given keeps the construct's default. */
export interface Resources {
  /**
   * CPU that is kept for the container.
   * @default - the construct's own
   */
  readonly cpuRequest?: Cpu;
  /**
   * CPU above which the container is slowed down.
   * @default - the construct's own
   */
  readonly cpuLimit?: Cpu;
  /**
   * Memory that is kept for the container.
   * @default - the construct's own
   */
  readonly memoryRequest?: Size;
  /**
   * Memory above which the container is ended.
   * @default - the construct's own
   */
  readonly memoryLimit?: Size;
}

/** Room that a JVM needs beside its heap (metaspace, code, threads, buffers), at the very least. */
const JVM_OVERHEAD = Size.mebibytes(128);

/** Disk of containers: logs and the folders that are gone with the pod. */
const EPHEMERAL_STORAGE = { request: '64Mi', limit: '1Gi' };

/** Completes what was given by the defaults, and checks that no request is above its limit. */
export function resolveResources(
  scope: IConstruct,
  given: Resources | undefined,
  defaults: Required<Resources>,
  property = 'resources',
): Required<Resources> {
  const resolved = { ...defaults, ...definedOnly(given ?? {}) };
  const requests = [
    ['memory', mebibytes(resolved.memoryRequest), mebibytes(resolved.memoryLimit), 'Mi'],
    ['cpu', millis(resolved.cpuRequest), millis(resolved.cpuLimit), 'm'],
  ] as const;
  for (const [what, request, limit, unit] of requests) {
    if (request <= limit) continue;
    invalid(scope, {
      property: `${property}.${what}Request`,
      got: `${request}${unit}`,
      allowed: `at most ${property}.${what}Limit, ${limit}${unit}`,
      fix: `Lower ${what}Request or raise ${what}Limit.`,
    });
  }
  return resolved;
}

/** `resources` of a container. */
export function resourceRequirements(resources: Required<Resources>): k8s.ResourceRequirements {
  const quantity = (text: string): k8s.Quantity => k8s.Quantity.fromString(text);
  return {
    requests: {
      cpu: quantity(resources.cpuRequest.amount),
      memory: quantity(formatSize(resources.memoryRequest)),
      'ephemeral-storage': quantity(EPHEMERAL_STORAGE.request),
    },
    limits: {
      cpu: quantity(resources.cpuLimit.amount),
      memory: quantity(formatSize(resources.memoryLimit)),
      'ephemeral-storage': quantity(EPHEMERAL_STORAGE.limit),
    },
  };
}

/**
 * A JVM's heap: as given, or half of the memory limit.
 * @throws when heap and the least that a JVM needs beside it do not fit in the memory limit
 */
export function resolveHeap(
  scope: IConstruct,
  heap: Size | undefined,
  memoryLimit: Size,
  property = 'heap',
): Size {
  const limit = mebibytes(memoryLimit);
  const resolved = heap ?? Size.mebibytes(Math.floor(limit / 2));
  const most = limit - mebibytes(JVM_OVERHEAD);
  if (mebibytes(resolved) > most) {
    invalid(scope, {
      property,
      got: `${mebibytes(resolved)}Mi`,
      allowed: `at most ${most}Mi, the memory limit of ${limit}Mi less ${mebibytes(JVM_OVERHEAD)}Mi that a JVM needs beside its heap`,
      fix: `Lower ${property} or raise resources.memoryLimit; Kubernetes ends a container that goes above its limit.`,
    });
  }
  return resolved;
}

/** Options that fix a JVM's heap: `-Xms256m -Xmx256m`. */
export function heapOptions(heap: Size): string {
  return `-Xms${mebibytes(heap)}m -Xmx${mebibytes(heap)}m`;
}

/** A size as a Kubernetes quantity: whole gibibytes as `1Gi`, else `512Mi`. */
export function formatSize(size: Size): string {
  const mib = mebibytes(size);
  return mib % 1024 === 0 ? `${mib / 1024}Gi` : `${mib}Mi`;
}

function mebibytes(size: Size): number {
  return size.toMebibytes({ rounding: SizeRoundingBehavior.FLOOR });
}

/** `Cpu.amount` is `500m` or `2`. */
function millis(cpu: Cpu): number {
  return cpu.amount.endsWith('m') ? Number(cpu.amount.slice(0, -1)) : Number(cpu.amount) * 1000;
}

function definedOnly(given: Resources): Resources {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
