/**
 * Flink's memory model: how the size of a whole process is shared out, and the JVM arguments that follow. The same arithmetic
 * as Flink's own start scripts (BashJavaUtils, ProcessMemoryUtils; docs: "Set up Flink's Process Memory"), so that a process
 * can be started without the scripts, and that what cannot fit is refused before anything runs.
 */
import { invalid } from '../common/invalid';
import { formatMemory, MIB, parseMemory } from './memory';

/** A share of a whole within bounds. */
export interface MemoryShare {
  /**
   * 0 to 1.
   * @default - the share's own, as the option that takes it says
   */
  readonly fraction?: number;
  /**
   * Not less than this, for example `192m`.
   * @default - the share's own, as the option that takes it says
   */
  readonly min?: string;
  /**
   * Not more than this.
   * @default - the share's own, as the option that takes it says
   */
  readonly max?: string;
}

/** Memory of a JobManager. */
export interface JobManagerMemory {
  /** Size of the whole process; it has to stay below a container's limit. */
  readonly process: string;
  /**
   * Classes of Flink and of jobs.
   * @default '256m'
   */
  readonly metaspace?: string;
  /**
   * Direct and native memory.
   * @default '128m'
   */
  readonly offHeap?: string;
  /**
   * Threads' stacks, code cache, and the like; a share of the process.
   * @default - 0.1, from 192m to 1g
   */
  readonly overhead?: MemoryShare;
}

/** Memory of a TaskManager. */
export interface TaskManagerMemory {
  /** Size of the whole process; it has to stay below a container's limit. */
  readonly process: string;
  /**
   * Classes of Flink and of jobs.
   * @default '256m'
   */
  readonly metaspace?: string;
  /**
   * Threads' stacks, code cache, and the like; a share of the process.
   * @default - 0.1, from 192m to 1g
   */
  readonly overhead?: MemoryShare;
  /**
   * Heap that Flink itself keeps.
   * @default '128m'
   */
  readonly frameworkHeap?: string;
  /**
   * Direct and native memory that Flink itself keeps.
   * @default '128m'
   */
  readonly frameworkOffHeap?: string;
  /**
   * Direct and native memory of the tasks' own code.
   * @default '0b'
   */
  readonly taskOffHeap?: string;
  /**
   * Memory for RocksDB, sorting and hash tables of batch jobs: a size, or a share of Flink's memory.
   * @default - 0.4
   */
  readonly managed?:
    | string
    | {
        /** 0 to 1. */
        readonly fraction: number;
      };
  /**
   * Buffers between tasks, a share of Flink's memory.
   * @default - 0.1, 64m at least
   */
  readonly network?: MemoryShare;
}

/** What a process gets, and how to start it. */
export interface FlinkMemoryPlan {
  /** Arguments for `java`. */
  readonly jvmArgs: readonly string[];
  /** Flink's options (`-D name=value`) that fix each part, in bytes. */
  readonly options: Readonly<Record<string, string>>;
  /** Bytes of each part. */
  readonly bytes: Readonly<Record<string, number>>;
}

/** Flink warns below this and does not come up reliably. */
const MIN_JOB_MANAGER_HEAP = 128 * MIB;

/** Shares out a JobManager's process size. Throws when it does not fit, with the least size that would. */
export function jobManagerMemory(memory: JobManagerMemory): FlinkMemoryPlan {
  const what = 'jobManager.memory';
  const { process, metaspace, overhead, flink } = outer(what, memory);
  const offHeap = parseMemory(memory.offHeap ?? '128m', `${what}.offHeap`);
  const heap = flink - offHeap;
  if (heap < MIN_JOB_MANAGER_HEAP) {
    tooSmall(what, process, { metaspace, overhead, offHeap }, MIN_JOB_MANAGER_HEAP, 'the heap');
  }
  return {
    jvmArgs: [`-Xmx${heap}`, `-Xms${heap}`, `-XX:MaxMetaspaceSize=${metaspace}`],
    options: {
      'jobmanager.memory.heap.size': `${heap}b`,
      'jobmanager.memory.jvm-metaspace.size': `${metaspace}b`,
      'jobmanager.memory.jvm-overhead.max': `${overhead}b`,
      'jobmanager.memory.jvm-overhead.min': `${overhead}b`,
      'jobmanager.memory.off-heap.size': `${offHeap}b`,
    },
    bytes: { process, metaspace, overhead, flink, offHeap, heap },
  };
}

/** Shares out a TaskManager's process size. Throws when it does not fit, with the least size that would. */
export function taskManagerMemory(memory: TaskManagerMemory): FlinkMemoryPlan {
  const what = 'taskManager.memory';
  const { process, metaspace, overhead, flink } = outer(what, memory);
  const frameworkHeap = parseMemory(memory.frameworkHeap ?? '128m', `${what}.frameworkHeap`);
  const frameworkOffHeap = parseMemory(memory.frameworkOffHeap ?? '128m', `${what}.frameworkOffHeap`);
  const taskOffHeap = parseMemory(memory.taskOffHeap ?? '0b', `${what}.taskOffHeap`);
  const managed =
    typeof memory.managed === 'string'
      ? parseMemory(memory.managed, `${what}.managed`)
      : share(`${what}.managed`, flink, { fraction: 0.4, ...memory.managed });
  const network = share(`${what}.network`, flink, { fraction: 0.1, min: '64m', ...memory.network });
  const taskHeap = flink - frameworkHeap - frameworkOffHeap - taskOffHeap - managed - network;
  if (taskHeap < 0) {
    const parts = { metaspace, overhead, frameworkHeap, frameworkOffHeap, taskOffHeap, managed, network };
    tooSmall(what, process, parts, 0, 'the tasks');
  }
  const heap = frameworkHeap + taskHeap;
  const direct = frameworkOffHeap + taskOffHeap + network;
  return {
    jvmArgs: [
      `-Xmx${heap}`,
      `-Xms${heap}`,
      `-XX:MaxDirectMemorySize=${direct}`,
      `-XX:MaxMetaspaceSize=${metaspace}`,
    ],
    options: {
      'taskmanager.memory.framework.heap.size': `${frameworkHeap}b`,
      'taskmanager.memory.framework.off-heap.size': `${frameworkOffHeap}b`,
      'taskmanager.memory.jvm-metaspace.size': `${metaspace}b`,
      'taskmanager.memory.jvm-overhead.max': `${overhead}b`,
      'taskmanager.memory.jvm-overhead.min': `${overhead}b`,
      'taskmanager.memory.managed.size': `${managed}b`,
      'taskmanager.memory.network.max': `${network}b`,
      'taskmanager.memory.network.min': `${network}b`,
      'taskmanager.memory.task.heap.size': `${taskHeap}b`,
      'taskmanager.memory.task.off-heap.size': `${taskOffHeap}b`,
    },
    bytes: {
      process,
      metaspace,
      overhead,
      flink,
      frameworkHeap,
      frameworkOffHeap,
      taskHeap,
      taskOffHeap,
      managed,
      network,
    },
  };
}

/** What both kinds have: the JVM's parts are taken off the process, the rest is Flink's. */
function outer(
  what: string,
  memory: JobManagerMemory | TaskManagerMemory,
): { process: number; metaspace: number; overhead: number; flink: number } {
  const process = parseMemory(memory.process, `${what}.process`);
  const metaspace = parseMemory(memory.metaspace ?? '256m', `${what}.metaspace`);
  const overhead = share(`${what}.overhead`, process, {
    fraction: 0.1,
    min: '192m',
    max: '1g',
    ...memory.overhead,
  });
  return { process, metaspace, overhead, flink: process - metaspace - overhead };
}

/** `fraction` of the whole within the bounds. */
function share(what: string, whole: number, { fraction = 0, min, max }: MemoryShare): number {
  if (!(fraction >= 0 && fraction < 1)) {
    invalid(undefined, {
      property: `${what}.fraction`,
      got: fraction,
      allowed: '0 or more, below 1',
      fix: 'Give the part of the whole, for example 0.1.',
    });
  }
  const part = multiply(Math.max(0, whole), fraction);
  const least = min === undefined ? 0 : parseMemory(min, `${what}.min`);
  const most = max === undefined ? Infinity : parseMemory(max, `${what}.max`);
  if (least > most) {
    invalid(undefined, {
      property: `${what}.min`,
      got: min,
      allowed: `at most ${max}, its max`,
      fix: 'Lower min or raise max.',
    });
  }
  return Math.min(most, Math.max(least, part));
}

/**
 * Bytes times a fraction, cut to whole bytes. Flink keeps fractions as 32-bit floats and multiplies their decimal text exactly
 * (MemorySize.multiply), so 0.1 of 1280 MiB is 134217730 bytes there, and has to be here.
 */
function multiply(bytes: number, fraction: number): number {
  const [digits = '0', exponent = '0'] = Math.fround(fraction).toExponential().split('e');
  const decimals = (digits.split('.')[1] ?? '').length - Number(exponent);
  const product = BigInt(bytes) * BigInt(digits.replace('.', ''));
  return Number(decimals > 0 ? product / 10n ** BigInt(decimals) : product);
}

function tooSmall(
  what: string,
  process: number,
  parts: Readonly<Record<string, number>>,
  least: number,
  whose: string,
): never {
  const sum = Object.values(parts).reduce((a, b) => a + b, 0);
  const list = Object.entries(parts)
    .map(([name, bytes]) => `${name} ${formatMemory(bytes)}`)
    .join(', ');
  const missing = sum + least - process;
  const left = process > sum ? formatMemory(process - sum) : 'nothing';
  invalid(undefined, {
    property: `${what}.process`,
    got: formatMemory(process),
    allowed: `${formatMemory(sum + least)} or more, because ${list} leave ${left} for ${whose}`,
    fix: `Raise it by ${Math.ceil(missing / MIB)}m or more, or lower one of these.`,
  });
}
