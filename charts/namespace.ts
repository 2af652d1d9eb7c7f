import { Construct } from 'constructs';
import { objectLabels } from '../constructs/index';
import { k8s } from '../imports';

/** The namespace, with Pod Security `restricted` enforced: a pod that asks for more is refused. */
export class StackNamespace extends Construct {
  constructor(scope: Construct, id: string, name: string) {
    super(scope, id);
    new k8s.KubeNamespace(this, 'namespace', {
      metadata: {
        name,
        labels: {
          ...objectLabels(this, name, 'namespace'),
          'pod-security.kubernetes.io/enforce': 'restricted',
          'pod-security.kubernetes.io/warn': 'restricted',
          'pod-security.kubernetes.io/audit': 'restricted',
        },
      },
    });
  }
}
