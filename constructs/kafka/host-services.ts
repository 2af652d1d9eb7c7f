import type { Construct } from 'constructs';
import { k8s } from '../../imports';
import type { Workload } from '../common/workload';
import { forHost, portName, type ResolvedListener } from './listeners';

/**
 * A Service for each broker that opens its host listeners on every node: a client is told which broker to go
 * to, so each needs its own address.
 */
export function makeHostServices(
  scope: Construct,
  workload: Workload,
  listeners: readonly ResolvedListener[],
  brokers: number,
): void {
  const outside = forHost(listeners);
  if (outside.length === 0) return;
  for (let i = 0; i < brokers; i++) {
    const pod = `${workload.name}-${i}`;
    for (const { port, nodePort } of outside) workload.exposeToOutside(port, nodePort + i);
    new k8s.KubeService(scope, `host-${i}`, {
      metadata: workload.metadata(`${pod}-host`),
      spec: {
        type: 'NodePort',
        selector: { ...workload.selector, 'statefulset.kubernetes.io/pod-name': pod },
        ports: outside.map((listener) => ({
          name: portName(listener),
          port: listener.advertisedPort + i,
          targetPort: k8s.IntOrString.fromString(portName(listener)),
          nodePort: listener.nodePort + i,
          protocol: 'TCP',
        })),
      },
    });
  }
}
