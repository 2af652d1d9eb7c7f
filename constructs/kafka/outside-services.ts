import type { Construct } from 'constructs';
import { k8s } from '../../imports';
import type { Workload } from '../common/workload';
import { accessedService } from '../common/access';
import { BROKER_NUMBER, forHost, forLoadBalancer, portName, type ResolvedListener } from './listeners';

/**
 * Services for each broker that open its listeners to clients outside: a client is told which broker to go
 * to, so each needs its own address.
 */
export function makeOutsideServices(
  scope: Construct,
  workload: Workload,
  listeners: readonly ResolvedListener[],
  brokers: number,
): void {
  for (let i = 0; i < brokers; i++) {
    makeNodePorts(scope, workload, forHost(listeners), i);
    for (const listener of forLoadBalancer(listeners)) makeLoadBalancer(scope, workload, listener, i);
  }
}

function makeNodePorts(
  scope: Construct,
  workload: Workload,
  listeners: readonly ResolvedListener[],
  broker: number,
): void {
  if (listeners.length === 0) return;
  for (const { port, nodePort } of listeners) workload.exposeToOutside(port, nodePort + broker);
  new k8s.KubeService(scope, `host-${broker}`, {
    metadata: workload.metadata(`${workload.name}-${broker}-host`),
    spec: {
      type: 'NodePort',
      selector: podOf(workload, broker),
      ports: listeners.map((listener) => ({
        ...portOf(listener),
        port: listener.advertisedPort + broker,
        nodePort: listener.nodePort + broker,
      })),
    },
  });
}

function makeLoadBalancer(
  scope: Construct,
  workload: Workload,
  listener: ResolvedListener,
  broker: number,
): void {
  workload.exposeToOutside(listener.port);
  const { annotations = {}, spec } = accessedService({ kind: 'loadBalancer', ...listener.loadBalancer });
  const numbered = Object.entries(annotations).map(([name, value]) => [
    name,
    value.replaceAll(BROKER_NUMBER, String(broker)),
  ]);
  const name = `${workload.name}-${broker}-${listener.port}`;
  new k8s.KubeService(scope, `load-balancer-${broker}-${listener.port}`, {
    metadata: {
      ...workload.metadata(name),
      annotations:
        numbered.length === 0 ? undefined : (Object.fromEntries(numbered) as Record<string, string>),
    },
    spec: {
      ...spec,
      selector: podOf(workload, broker),
      ports: [{ ...portOf(listener), port: listener.advertisedPort }],
    },
  });
}

const podOf = (workload: Workload, broker: number): Record<string, string> => ({
  ...workload.selector,
  'statefulset.kubernetes.io/pod-name': `${workload.name}-${broker}`,
});

const portOf = (listener: ResolvedListener): Pick<k8s.ServicePort, 'name' | 'targetPort' | 'protocol'> => ({
  name: portName(listener),
  targetPort: k8s.IntOrString.fromString(portName(listener)),
  protocol: 'TCP',
});
