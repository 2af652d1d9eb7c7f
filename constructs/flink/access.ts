import { Construct } from 'constructs';
import { k8s } from '../../imports';
import type { Workload } from '../common/workload';

/**
 * The service account that high availability needs. Flink stores the leader and the pointers to jobs in
 * ConfigMaps of the namespace: JobManagers write them, TaskManagers watch them.
 */
export class HighAvailabilityAccess extends Construct {
  readonly serviceAccountName: string;

  constructor(scope: Construct, id: string, workload: Workload) {
    super(scope, id);
    this.serviceAccountName = workload.name;
    const metadata = workload.metadata();
    // Each pod decides whether it mounts the token.
    new k8s.KubeServiceAccount(this, 'account', { metadata, automountServiceAccountToken: false });
    new k8s.KubeRole(this, 'role', {
      metadata,
      rules: [
        {
          apiGroups: [''],
          resources: ['configmaps'],
          verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
        },
      ],
    });
    new k8s.KubeRoleBinding(this, 'binding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', name: this.serviceAccountName }],
    });
  }
}
