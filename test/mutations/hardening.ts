/**
 * Pods that ask for more than they need, and images, secrets and namespaces that are not as they should be.
 */
import { ofContainer, ofObject, ofPod, type Mutation } from './mutation';

export const HARDENING: Mutation[] = [
  ofPod(
    'a pod runs as root',
    'StatefulSet/kafka-broker',
    ({ securityContext = {} }) => (securityContext.runAsUser = 0),
  ),
  ofPod(
    'a pod names no user',
    'Deployment/flink-jobmanager',
    ({ securityContext = {} }) => delete securityContext.runAsUser,
  ),
  ofPod(
    'runAsNonRoot is gone',
    'Deployment/flink-jobmanager',
    ({ securityContext = {} }) => delete securityContext.runAsNonRoot,
  ),
  ofContainer('a root file system is writable', 'Deployment/kafka-rest', ({ securityContext = {} }) => {
    securityContext.readOnlyRootFilesystem = false;
  }),
  ofContainer('capabilities are kept', 'Deployment/landoop-topics-ui', ({ securityContext = {} }) => {
    delete securityContext.capabilities;
  }),
  ofContainer('a capability is added', 'Deployment/landoop-topics-ui', ({ securityContext = {} }) => {
    securityContext.capabilities = { drop: ['ALL'], add: ['NET_BIND_SERVICE'] };
  }),
  ofContainer('privileges can be gained', 'Deployment/flink-taskmanager', ({ securityContext = {} }) => {
    delete securityContext.allowPrivilegeEscalation;
  }),
  ofPod('the init container of a pod is privileged', 'Deployment/flink-sql-client', (it) => {
    for (const init of it.initContainers ?? [])
      init.securityContext = { ...init.securityContext, privileged: true };
  }),
  ofPod('seccomp is off', 'StatefulSet/kafka-broker', ({ securityContext = {} }) => {
    securityContext.seccompProfile = { type: 'Unconfined' };
  }),
  ofPod('service links are on', 'Deployment/kafka-schema-registry', (it) => delete it.enableServiceLinks),
  ofPod(
    'a token that nobody uses',
    'Deployment/kafka-schema-registry',
    (it) => delete it.automountServiceAccountToken,
  ),
  ofPod(
    'a token that is needed is missing',
    'Deployment/flink-jobmanager',
    (it) => (it.automountServiceAccountToken = false),
  ),
  ofPod('the network of the host', 'StatefulSet/kafka-broker', (it) => (it.hostNetwork = true)),
  ofPod('a folder of the host', 'Deployment/flink-taskmanager', ({ volumes = [] }) => {
    const [volume] = volumes;
    if (volume) Object.assign(volume, { configMap: undefined, hostPath: { path: '/etc' } });
  }),
  ofObject('a role grants everything', 'dev', 'Role/flink-jobmanager', (it) => {
    it.rules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
  }),
  ofContainer('a password in the manifest', 'Deployment/kafka-schema-registry', ({ env = [] }) => {
    env.push({ name: 'SCHEMA_REGISTRY_SASL_PASSWORD', value: 'hunter2' });
  }),
  ofContainer(
    'an image tagged latest',
    'Deployment/kafka-rest',
    (it) => (it.image = it.image.replace(/:[^:]*$/, ':latest')),
  ),
  ofContainer(
    'an image without a tag',
    'Deployment/kafka-rest',
    (it) => (it.image = it.image.replace(/:[^:]*$/, '')),
  ),
  ofObject('Pod Security is not enforced', 'dev', 'Namespace/kafka-flink-dev', ({ metadata }) => {
    Object.assign(metadata.labels ?? {}, { 'pod-security.kubernetes.io/enforce': 'privileged' });
  }),
  ofObject(
    'an object in another namespace',
    'dev',
    'Service/kafka-rest',
    ({ metadata }) => (metadata.namespace = 'default'),
  ),
];
