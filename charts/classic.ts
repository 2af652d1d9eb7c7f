import { Size } from 'cdk8s';
import type { Construct } from 'constructs';
import { Kafka, Storage, ZooKeeper } from '../constructs/index';
import { LAPTOP_LISTENERS, LAPTOP_PARTITIONS, LaptopStack, type LaptopProps } from './laptop';
import { Profile } from './profile';

/**
 * The services of the original demo, with the same names and ports: Kafka with ZooKeeper, and everything
 * around it.
 */
export class ClassicChart extends Profile {
  readonly kafka: Kafka;

  constructor(scope: Construct, id: string, props: LaptopProps = {}) {
    const { namespace = 'kafka-flink-classic', imageRegistry, storageClass, networkPolicies } = props;
    const { flinkStorage, compatibility, taskSlots, bottles } = props;
    super(scope, id, namespace, { imageRegistry, networkPolicies, multiNode: false });
    const zooKeeper = new ZooKeeper(this, 'zookeeper', {
      storage: Storage.claim(Size.gibibytes(1), { storageClass }),
    });
    this.kafka = new Kafka(this, 'kafka', {
      zooKeeper,
      listeners: LAPTOP_LISTENERS,
      partitions: LAPTOP_PARTITIONS,
      storage: Storage.claim(Size.gibibytes(4), { storageClass }),
    });
    new LaptopStack(this, 'stack', {
      kafka: this.kafka,
      storageClass,
      flinkStorage,
      compatibility,
      taskSlots,
      bottles,
    });
  }
}
