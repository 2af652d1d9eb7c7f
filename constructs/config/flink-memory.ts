/**
 * Flink's memory model: how the size of a process is divided, and the JVM arguments that follow. The
 * arithmetic is that of Flink's own start scripts (BashJavaUtils, ProcessMemoryUtils; documentation: "Set up
 * Flink's Process Memory"). So a process can be started without the scripts, and sizes that do not fit are
 * rejected before anything runs.
 */
import { invalid } from '../common/invalid';
import { formatMemory, MIB } from './memory';

/** A fraction of a whole, within limits. */
export interface MemoryShareBytes {
  /**
   * Fraction of the whole, 0 or more and less than 1.
   * @default - see the option of this type
   */
  readonly fraction?: number;
  /**
   * Lower limit.
   * @default - see the option of this type
   */
  readonly minBytes?: number;
  /**
   * Upper limit.
   * @default - see the option of this type
   */
  readonly maxBytes?: number;
}

/** Memory of a JobManager. */
export interface JobManagerMemoryBytes {
  /** Size of the whole process. */
  readonly processBytes: number;
  /**
   * Metaspace: classes of Flink and of jobs.
   * @default - 256 MiB
   */
  readonly metaspaceBytes?: number;
  /**
   * Direct and native memory.
   * @default - 128 MiB
   */
  readonly offHeapBytes?: number;
  /**
   * JVM overhead, such as thread stacks and the code cache: a share of the process.
   * @default - 0.1, from 192 MiB to 1 GiB
   */
  readonly overhead?: MemoryShareBytes;
}

/** Memory of a TaskManager. */
export interface TaskManagerMemoryBytes {
  /** Size of the whole process. */
  readonly processBytes: number;
  /**
   * Metaspace: classes of Flink and of jobs.
   * @default - 256 MiB
   */
  readonly metaspaceBytes?: number;
  /**
   * JVM overhead, such as thread stacks and the code cache: a share of the process.
   * @default - 0.1, from 192 MiB to 1 GiB
   */
  readonly overhead?: MemoryShareBytes;
  /**
   * Heap of the framework, which is Flink itself.
   * @default - 128 MiB
   */
  readonly frameworkHeapBytes?: number;
  /**
   * Direct and native memory of the framework.
   * @default - 128 MiB
   */
  readonly frameworkOffHeapBytes?: number;
  /**
   * Direct and native memory of the code of tasks.
   * @default 0
   */
  readonly taskOffHeapBytes?: number;
  /**
   * Managed memory, for RocksDB and for the sorting and hash tables of batch jobs: a size, or a fraction of
   * Flink's memory.
   * @default - the fraction 0.4
   */
  readonly managed?: { readonly bytes: number } | { readonly fraction: number };
  /**
   * Buffers between tasks: a share of Flink's memory.
   * @default - 0.1, at least 64 MiB
   */
  readonly network?: MemoryShareBytes;
}

/** How the memory of a process is divided, and how to start it. */
export interface FlinkMemoryPlan {
  /** Arguments for `java`. */
  readonly jvmArgs: readonly string[];
  /** Flink options (`-D name=value`) that set the size of each part in bytes. */
  readonly options: Readonly<Record<string, string>>;
  /** Bytes of each part. */
  readonly bytes: Readonly<Record<string, number>>;
}

/** Below this, Flink warns and does not start reliably. */
const MIN_JOB_MANAGER_HEAP = 128 * MIB;

/** Divides the memory of a JobManager. Throws if the process is too small, and says how much is missing. */
export function jobManagerMemory(memory: JobManagerMemoryBytes): FlinkMemoryPlan {
  const what = 'jobManager.memory';
  const { process, metaspace, overhead, flink } = outer(what, memory);
  const { offHeapBytes: offHeap = 128 * MIB } = memory;
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

/** Divides the memory of a TaskManager. Throws if the process is too small, and says how much is missing. */
export function taskManagerMemory(memory: TaskManagerMemoryBytes): FlinkMemoryPlan {
  const what = 'taskManager.memory';
  const { process, metaspace, overhead, flink } = outer(what, memory);
  const {
    frameworkHeapBytes: frameworkHeap = 128 * MIB,
    frameworkOffHeapBytes: frameworkOffHeap = 128 * MIB,
    taskOffHeapBytes: taskOffHeap = 0,
  } = memory;
  const managed =
    memory.managed !== undefined && 'bytes' in memory.managed
      ? memory.managed.bytes
      : share(`${what}.managed`, flink, memory.managed, { fraction: 0.4 });
  const network = share(`${what}.network`, flink, memory.network, { fraction: 0.1, minBytes: 64 * MIB });
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

/** Divides the process into the parts of the JVM and Flink's memory, for both kinds of process. */
function outer(
  what: string,
  memory: JobManagerMemoryBytes | TaskManagerMemoryBytes,
): { process: number; metaspace: number; overhead: number; flink: number } {
  const { processBytes: process, metaspaceBytes: metaspace = 256 * MIB } = memory;
  const overhead = share(`${what}.overhead`, process, memory.overhead, {
    fraction: 0.1,
    minBytes: 192 * MIB,
    maxBytes: 1024 * MIB,
  });
  return { process, metaspace, overhead, flink: process - metaspace - overhead };
}

/** A fraction of the whole, within the limits. */
function share(
  what: string,
  whole: number,
  given: MemoryShareBytes | undefined,
  defaults: MemoryShareBytes & { readonly fraction: number },
): number {
  const fraction = given?.fraction ?? defaults.fraction;
  const min = given?.minBytes ?? defaults.minBytes ?? 0;
  const max = given?.maxBytes ?? defaults.maxBytes ?? Infinity;
  if (!(fraction >= 0 && fraction < 1)) {
    invalid(undefined, {
      property: `${what}.fraction`,
      got: fraction,
      allowed: '0 or more, below 1',
      fix: 'Give the part of the whole, for example 0.1.',
    });
  }
  const part = multiply(Math.max(0, whole), fraction);
  if (min > max) {
    invalid(undefined, {
      property: `${what}.min`,
      got: formatMemory(min),
      allowed: `at most ${formatMemory(max)}, its max`,
      fix: 'Lower min or raise max.',
    });
  }
  return Math.min(max, Math.max(min, part));
}

/**
 * Multiplies bytes by a fraction, rounded down to whole bytes. Flink stores fractions as 32-bit floats and
 * multiplies their decimal text exactly (MemorySize.multiply), so 0.1 of 1280 MiB is 134217730 bytes in Flink
 * and must be the same here.
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
