import { Construct } from 'constructs';
import { k8s } from '../../imports';
import { resolveServiceAccount } from '../common/pod';
import type { ServiceAccountOptions } from '../common/pod-options';
import type { Workload } from '../common/workload';

/**
 * The service account that high availability needs. Flink stores the leader and the pointers to jobs in
 * ConfigMaps of the namespace: JobManagers write them, TaskManagers watch them.
 */
export class HighAvailabilityAccess extends Construct {
  readonly serviceAccountName: string;

  /** @param account what the user sets, by default an account without annotations */
  constructor(
    scope: Construct,
    id: string,
    workload: Workload,
    account: ServiceAccountOptions = { annotations: {} },
  ) {
    super(scope, id);
    this.serviceAccountName = resolveServiceAccount(this, workload, 'pod', account);
    const metadata = workload.metadata();
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
