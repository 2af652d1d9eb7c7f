import type { Construct } from 'constructs';
import { k8s } from '../../imports';
import type { Workload } from './workload';

/**
 * Lets a drain evict one pod of the workload at a time. A single pod gets no budget, because it would block
 * drains.
 */
export function disruptionBudget(scope: Construct, workload: Workload, replicas: number): void {
  if (replicas < 2) return;
  new k8s.KubePodDisruptionBudget(scope, `${workload.node.id}-budget`, {
    metadata: workload.metadata(),
    spec: {
      maxUnavailable: k8s.IntOrString.fromNumber(1),
      selector: { matchLabels: { ...workload.selector } },
    },
  });
}
