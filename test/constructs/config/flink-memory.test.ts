import fc from 'fast-check';
import { jobManagerMemory, taskManagerMemory } from '../../../constructs/config/flink-memory';
import { MIB } from '../../../constructs/config/memory';

describe('the same as in Flink 2.3.0 (GET_TM_RESOURCE_PARAMS and GET_JM_RESOURCE_PARAMS of its BashJavaUtils)', () => {
  test('a TaskManager of 1728m', () => {
    const plan = taskManagerMemory({ processBytes: 1728 * MIB });
    expect(plan.jvmArgs).toEqual([
      '-Xmx536870902',
      '-Xms536870902',
      '-XX:MaxDirectMemorySize=268435458',
      '-XX:MaxMetaspaceSize=268435456',
    ]);
    expect(plan.options).toEqual({
      'taskmanager.memory.framework.heap.size': '134217728b',
      'taskmanager.memory.framework.off-heap.size': '134217728b',
      'taskmanager.memory.jvm-metaspace.size': '268435456b',
      'taskmanager.memory.jvm-overhead.max': '201326592b',
      'taskmanager.memory.jvm-overhead.min': '201326592b',
      'taskmanager.memory.managed.size': '536870920b',
      'taskmanager.memory.network.max': '134217730b',
      'taskmanager.memory.network.min': '134217730b',
      'taskmanager.memory.task.heap.size': '402653174b',
      'taskmanager.memory.task.off-heap.size': '0b',
    });
  });

  test('a JobManager of 1600m', () => {
    const plan = jobManagerMemory({ processBytes: 1600 * MIB });
    expect(plan.jvmArgs).toEqual(['-Xmx1073741824', '-Xms1073741824', '-XX:MaxMetaspaceSize=268435456']);
    expect(plan.options).toEqual({
      'jobmanager.memory.heap.size': '1073741824b',
      'jobmanager.memory.jvm-metaspace.size': '268435456b',
      'jobmanager.memory.jvm-overhead.max': '201326592b',
      'jobmanager.memory.jvm-overhead.min': '201326592b',
      'jobmanager.memory.off-heap.size': '134217728b',
    });
  });
});

test('uses the parts that are set', () => {
  const { bytes } = taskManagerMemory({
    processBytes: 1024 * MIB,
    metaspaceBytes: 128 * MIB,
    overhead: { fraction: 0, minBytes: 64 * MIB },
    frameworkHeapBytes: 64 * MIB,
    frameworkOffHeapBytes: 32 * MIB,
    taskOffHeapBytes: 16 * MIB,
    managed: { bytes: 100 * MIB },
    network: { minBytes: 48 * MIB, maxBytes: 48 * MIB },
  });
  expect(bytes).toMatchObject({
    metaspace: 128 * MIB,
    overhead: 64 * MIB,
    managed: 100 * MIB,
    network: 48 * MIB,
    taskHeap: (1024 - 128 - 64 - 64 - 32 - 16 - 100 - 48) * MIB,
  });
});

test('managed memory can be another fraction', () => {
  const { bytes } = taskManagerMemory({ processBytes: 1728 * MIB, managed: { fraction: 0 } });
  expect(bytes.managed).toBe(0);
});

test('the parts of a TaskManager add up to its process, to the byte', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1728, max: 500_000 }), fc.integer({ min: 0, max: 5 }), (mib, tenths) => {
      const { bytes } = taskManagerMemory({ processBytes: mib * MIB, managed: { fraction: tenths / 10 } });
      const { process, flink, ...parts } = bytes;
      expect(Object.values(parts).reduce((a, b) => a + b, 0)).toBe(process);
      expect(flink).toBe((process ?? 0) - (parts.metaspace ?? 0) - (parts.overhead ?? 0));
    }),
  );
});

test('throws if a TaskManager does not fit, and says how much is missing', () => {
  const small = 700 * MIB;
  expect(() => taskManagerMemory({ processBytes: small })).toThrow(
    /taskManager\.memory\.process is "700m"; allowed: .* or more, because metaspace 256m, overhead 192m, .* leave .* for the tasks\. Raise it by \d+m or more/,
  );
  const more = /Raise it by (\d+)m/.exec(messageOf(() => taskManagerMemory({ processBytes: small })))?.[1];
  expect(() => taskManagerMemory({ processBytes: (700 + Number(more) + 200) * MIB })).not.toThrow();
});

test('throws if a JobManager does not fit', () => {
  expect(() => jobManagerMemory({ processBytes: 600 * MIB })).toThrow(
    'jobManager.memory.process is "600m"; allowed: 704m or more, because metaspace 256m, overhead 192m, offHeap 128m leave 24m for the heap. ' +
      'Raise it by 104m or more, or lower one of these.',
  );
  expect(() => jobManagerMemory({ processBytes: 704 * MIB })).not.toThrow();
});

test('throws for invalid shares', () => {
  expect(() => jobManagerMemory({ processBytes: 1024 * MIB, overhead: { fraction: 1 } })).toThrow(
    'jobManager.memory.overhead.fraction is 1; allowed: 0 or more, below 1. Give the part of the whole',
  );
  expect(() =>
    jobManagerMemory({ processBytes: 1024 * MIB, overhead: { minBytes: 2048 * MIB, maxBytes: 1024 * MIB } }),
  ).toThrow('jobManager.memory.overhead.min is "2g"; allowed: at most 1g, its max. Lower min or raise max.');
});

function messageOf(run: () => unknown): string {
  try {
    run();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}
