import { Size } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  Kafka,
  Storage,
  type AvroSchemas,
  type FlinkSessionCluster,
  type SchemaRegistry,
  type TaskManagerMemory,
} from '../constructs/index';
import { JOBS } from '../jobs/index';
import { LAPTOP_LISTENERS, LAPTOP_PARTITIONS, LaptopStack, type LaptopProps } from './laptop';
import { Profile } from './profile';

/** One task slot for each job, and two for queries. */
const TASK_SLOTS = JOBS.length + 2;

/** Room for the state of the jobs on the heap, and for the network buffers of the task slots. */
const TASK_MANAGER_MEMORY: TaskManagerMemory = {
  process: Size.mebibytes(1536),
  metaspace: Size.mebibytes(224),
  overhead: { fraction: 0.1, min: Size.mebibytes(128) },
  managed: { fraction: 0.1 },
};

/**
 * The stack for a laptop: Kafka without ZooKeeper, and one replica of each service. All pods together request
 * at most 4 GiB of memory and 2 CPUs.
 */
export class DevChart extends Profile {
  readonly kafka: Kafka;
  readonly registry: SchemaRegistry;
  readonly schemas: AvroSchemas;
  readonly flink: FlinkSessionCluster;

  constructor(scope: Construct, id: string, props: LaptopProps = {}) {
    const { namespace = 'kafka-flink-dev', imageRegistry, storageClass, networkPolicies } = props;
    const { flinkStorage, compatibility, taskSlots = TASK_SLOTS, bottles } = props;
    super(scope, id, namespace, { imageRegistry, networkPolicies, multiNode: false });
    this.kafka = new Kafka(this, 'kafka', {
      listeners: LAPTOP_LISTENERS,
      partitions: LAPTOP_PARTITIONS,
      storage: Storage.claim(Size.gibibytes(4), { storageClass }),
    });
    const { kafka } = this;
    const links = {
      kafka,
      storageClass,
      flinkStorage,
      compatibility,
      taskSlots,
      taskManagerMemory: TASK_MANAGER_MEMORY,
      bottles,
    };
    ({
      registry: this.registry,
      schemas: this.schemas,
      flink: this.flink,
    } = new LaptopStack(this, 'stack', links));
  }
}
