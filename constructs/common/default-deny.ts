import { Construct } from 'constructs';
import { k8s } from '../../imports';
import { objectLabels } from './labels';

/** Forbids all traffic of all pods of the namespace that no other NetworkPolicy lets through. */
export class DefaultDeny extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new k8s.KubeNetworkPolicy(this, 'policy', {
      metadata: {
        name: 'default-deny',
        labels: objectLabels(this, 'default-deny', 'network'),
      },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    });
  }
}
