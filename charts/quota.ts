import type { Size } from 'cdk8s';
import { Construct } from 'constructs';
import { objectLabels } from '../constructs/index';
import { k8s } from '../imports';

/** Limits on what all pods of a namespace may request together. */
export interface NamespaceQuotaProps {
  /** Sum of CPU requests. */
  readonly cpuRequests: number;
  /** Sum of CPU limits. */
  readonly cpuLimits: number;
  readonly memoryRequests: Size;
  readonly memoryLimits: Size;
  /** Sum of the storage that claims request. */
  readonly storage: Size;
  readonly pods: number;
}

/**
 * A quota for the namespace, and default limits for containers that set none, so that a runaway workload
 * cannot starve other namespaces.
 */
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
