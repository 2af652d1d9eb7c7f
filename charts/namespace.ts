import { Construct } from 'constructs';
import { objectLabels } from '../constructs/index';
import { k8s } from '../imports';

/** The namespace, with Pod Security `restricted` enforced: pods that ask for more are rejected. */
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
