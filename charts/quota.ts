import type { Size } from 'cdk8s';
import { Construct } from 'constructs';
import { objectLabels } from '../constructs/index';
import { k8s } from '../imports';

/** What all pods of the namespace may ask for together. */
export interface NamespaceQuotaProps {
  /** CPUs requested. */
  readonly cpuRequests: number;
  /** CPUs allowed. */
  readonly cpuLimits: number;
  readonly memoryRequests: Size;
  readonly memoryLimits: Size;
  /** Disk of all claims. */
  readonly storage: Size;
  readonly pods: number;
}

/** A quota, and limits for containers that come with none: a runaway is stopped at the namespace's border. */
export class NamespaceQuota extends Construct {
  constructor(scope: Construct, id: string, props: NamespaceQuotaProps) {
    super(scope, id);
    const metadata = { name: 'stack', labels: objectLabels(this, 'stack', 'quota') };
    const quantity = (text: string | number) => k8s.Quantity.fromString(String(text));
    const size = (value: Size) => quantity(`${value.toGibibytes()}Gi`);
    new k8s.KubeResourceQuota(this, 'quota', {
      metadata,
      spec: {
        hard: {
          'requests.cpu': quantity(props.cpuRequests),
          'limits.cpu': quantity(props.cpuLimits),
          'requests.memory': size(props.memoryRequests),
          'limits.memory': size(props.memoryLimits),
          'requests.storage': size(props.storage),
          pods: quantity(props.pods),
        },
      },
    });
    new k8s.KubeLimitRange(this, 'limits', {
      metadata,
      spec: {
        limits: [
          {
            type: 'Container',
            defaultRequest: { cpu: quantity('50m'), memory: quantity('64Mi') },
            default: { cpu: quantity('500m'), memory: quantity('256Mi') },
          },
        ],
      },
    });
  }
}
