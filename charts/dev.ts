import { Size } from 'cdk8s';
import type { Construct } from 'constructs';
import { Kafka, Storage } from '../constructs/index';
import { LAPTOP_PARTITIONS, LaptopStack, type LaptopProps } from './laptop';
import { Profile } from './profile';

/** The stack for a laptop: Kafka without ZooKeeper, one of each service. It requests 4 GiB of memory and 2 CPU at most in all. */
export class DevChart extends Profile {
  readonly kafka: Kafka;

  constructor(scope: Construct, id: string, props: LaptopProps = {}) {
    const { namespace = 'kafka-flink-dev', imageRegistry, storageClass, networkPolicies } = props;
    const { compatibility, slots, bottles } = props;
    super(scope, id, namespace, { imageRegistry, networkPolicies, multiNode: false });
    this.kafka = new Kafka(this, 'kafka', {
      partitions: LAPTOP_PARTITIONS,
      storage: Storage.claim(Size.gibibytes(4), { storageClass }),
    });
    new LaptopStack(this, 'stack', { kafka: this.kafka, storageClass, compatibility, slots, bottles });
  }
}
