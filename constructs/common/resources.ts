/** Resource requests and limits of a container. */
import { Size, SizeRoundingBehavior } from 'cdk8s';
import type { Cpu } from 'cdk8s-plus-27';
import type { IConstruct } from 'constructs';
import { k8s } from '../../imports';
import { invalid } from './invalid';

/** CPU and memory of one container. Values that are not given keep the construct's default. */
export interface Resources {
  /**
   * CPU that is reserved for the container.
   * @default - the construct's default
   */
  readonly cpuRequest?: Cpu;
  /**
   * CPU limit. Kubernetes throttles a container that reaches it.
   * @default - the construct's default
   */
  readonly cpuLimit?: Cpu;
  /**
   * Memory that is reserved for the container.
   * @default - the construct's default
   */
  readonly memoryRequest?: Size;
  /**
   * Memory limit. Kubernetes kills a container that exceeds it.
   * @default - the construct's default
   */
  readonly memoryLimit?: Size;
}

/** Minimum memory that a JVM needs outside its heap (metaspace, code, threads, buffers). */
const JVM_OVERHEAD = Size.mebibytes(128);

/** Disk of containers: logs and scratch folders. */
const EPHEMERAL_STORAGE = { request: '64Mi', limit: '1Gi' };

/** Adds the defaults to the given values, and checks that no request is above its limit. */
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
 * @throws when the heap and the rest of the JVM do not fit into the memory limit
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
      allowed: `at most ${most}Mi, the memory limit of ${limit}Mi less ${mebibytes(JVM_OVERHEAD)}Mi that a JVM needs outside its heap`,
      fix: `Lower ${property} or raise resources.memoryLimit; Kubernetes kills a container that exceeds its limit.`,
    });
  }
  return resolved;
}

/** Options that set a JVM's heap: `-Xms256m -Xmx256m`. */
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
