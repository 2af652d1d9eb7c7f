/** Memory of Flink's processes as props: sizes are cdk8s `Size`s. */
import type { Size } from 'cdk8s';
import type { JobManagerMemoryBytes, MemoryShareBytes, TaskManagerMemoryBytes } from '../config/flink-memory';

/** A fraction of a whole, within limits. */
export interface MemoryShare {
  /**
   * Fraction of the whole, 0 or more and less than 1.
   * @default - see the prop of this type
   */
  readonly fraction?: number;
  /**
   * Lower limit.
   * @default - see the prop of this type
   */
  readonly min?: Size;
  /**
   * Upper limit.
   * @default - see the prop of this type
   */
  readonly max?: Size;
}

/** Memory of a JobManager. */
export interface JobManagerMemory {
  /** Size of the whole process. It must fit into the memory limit of the container. */
  readonly process: Size;
  /**
   * Metaspace: classes of Flink and of jobs.
   * @default Size.mebibytes(256)
   */
  readonly metaspace?: Size;
  /**
   * Direct and native memory.
   * @default Size.mebibytes(128)
   */
  readonly offHeap?: Size;
  /**
   * JVM overhead, such as thread stacks and the code cache: a share of the process.
   * @default - 0.1, from 192 MiB to 1 GiB
   */
  readonly overhead?: MemoryShare;
}

/** Memory of a TaskManager. */
export interface TaskManagerMemory {
  /** Size of the whole process. It must fit into the memory limit of the container. */
  readonly process: Size;
  /**
   * Metaspace: classes of Flink and of jobs.
   * @default Size.mebibytes(256)
   */
  readonly metaspace?: Size;
  /**
   * JVM overhead, such as thread stacks and the code cache: a share of the process.
   * @default - 0.1, from 192 MiB to 1 GiB
   */
  readonly overhead?: MemoryShare;
  /**
   * Heap of the framework, which is Flink itself.
   * @default Size.mebibytes(128)
   */
  readonly frameworkHeap?: Size;
  /**
   * Direct and native memory of the framework.
   * @default Size.mebibytes(128)
   */
  readonly frameworkOffHeap?: Size;
  /**
   * Direct and native memory of the code of tasks.
   * @default - none
   */
  readonly taskOffHeap?: Size;
  /**
   * Managed memory, for RocksDB and for the sorting and hash tables of batch jobs: a size, or a fraction of
   * Flink's memory.
   * @default - the fraction 0.4
   */
  readonly managed?:
    | Size
    | {
        /** 0 or more and less than 1. */
        readonly fraction: number;
      };
  /**
   * Buffers between tasks: a share of Flink's memory.
   * @default - 0.1, at least 64 MiB
   */
  readonly network?: MemoryShare;
}

/** The memory of a JobManager in bytes. */
export function jobManagerBytes(memory: JobManagerMemory): JobManagerMemoryBytes {
  return {
    processBytes: toBytes(memory.process),
    metaspaceBytes: bytes(memory.metaspace),
    offHeapBytes: bytes(memory.offHeap),
    overhead: shareBytes(memory.overhead),
  };
}

/** The memory of a TaskManager in bytes. */
export function taskManagerBytes(memory: TaskManagerMemory): TaskManagerMemoryBytes {
  const { managed } = memory;
  return {
    processBytes: toBytes(memory.process),
    metaspaceBytes: bytes(memory.metaspace),
    overhead: shareBytes(memory.overhead),
    frameworkHeapBytes: bytes(memory.frameworkHeap),
    frameworkOffHeapBytes: bytes(memory.frameworkOffHeap),
    taskOffHeapBytes: bytes(memory.taskOffHeap),
    managed: managed === undefined || 'fraction' in managed ? managed : { bytes: toBytes(managed) },
    network: shareBytes(memory.network),
  };
}

function shareBytes(share: MemoryShare | undefined): MemoryShareBytes | undefined {
  return share && { fraction: share.fraction, minBytes: bytes(share.min), maxBytes: bytes(share.max) };
}

function bytes(size: Size | undefined): number | undefined {
  return size && toBytes(size);
}

/** A size in bytes. */
export function toBytes(size: Size): number {
  return size.toKibibytes() * 1024;
}
