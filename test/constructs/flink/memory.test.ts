import { Size } from 'cdk8s';
import { MIB } from '../../../constructs/config/memory';
import { jobManagerBytes, taskManagerBytes } from '../../../constructs/flink/memory';

const mib = (amount: number): Size => Size.mebibytes(amount);

test('all sizes of a JobManager are converted to bytes', () => {
  expect(
    jobManagerBytes({
      process: Size.gibibytes(1),
      metaspace: mib(1),
      offHeap: mib(2),
      overhead: { fraction: 0.1, min: mib(3), max: mib(4) },
    }),
  ).toEqual({
    processBytes: 1024 * MIB,
    metaspaceBytes: MIB,
    offHeapBytes: 2 * MIB,
    overhead: { fraction: 0.1, minBytes: 3 * MIB, maxBytes: 4 * MIB },
  });
});

test('all sizes of a TaskManager are converted to bytes', () => {
  expect(
    taskManagerBytes({
      process: mib(1),
      metaspace: mib(2),
      overhead: { min: mib(3) },
      frameworkHeap: mib(4),
      frameworkOffHeap: mib(5),
      taskOffHeap: mib(6),
      managed: mib(7),
      network: { fraction: 0.2, max: mib(8) },
    }),
  ).toEqual({
    processBytes: MIB,
    metaspaceBytes: 2 * MIB,
    overhead: { minBytes: 3 * MIB },
    frameworkHeapBytes: 4 * MIB,
    frameworkOffHeapBytes: 5 * MIB,
    taskOffHeapBytes: 6 * MIB,
    managed: { bytes: 7 * MIB },
    network: { fraction: 0.2, maxBytes: 8 * MIB },
  });
});

test('managed memory can be a fraction', () => {
  expect(taskManagerBytes({ process: mib(1), managed: { fraction: 0.3 } }).managed).toEqual({
    fraction: 0.3,
  });
});
