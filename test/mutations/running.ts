/** Pods that would not run well, and Jobs that could not be applied again. */
import { container, ofContainer, ofObject, ofPod, pod, type Mutation } from './mutation';

export const RUNNING: Mutation[] = [
  ofObject('a label is missing', 'dev', 'Service/kafka-rest', ({ metadata }) => {
    delete metadata.labels?.['app.kubernetes.io/part-of'];
  }),
  ofContainer(
    'no memory limit',
    'Deployment/flink-taskmanager',
    ({ resources }) => delete resources?.limits?.memory,
  ),
  ofContainer(
    'no CPU request',
    'Deployment/flink-taskmanager',
    ({ resources }) => delete resources?.requests?.cpu,
  ),
  ofContainer('a request above the limit', 'StatefulSet/kafka-broker', ({ resources }) => {
    Object.assign(resources?.requests ?? {}, { memory: '64Gi' });
  }),
  ofContainer('no readiness probe', 'Deployment/flink-jobmanager', (it) => delete it.readinessProbe),
  ofContainer('no liveness probe', 'Deployment/flink-jobmanager', (it) => delete it.livenessProbe),
  ofContainer(
    'no startup probe: log recovery is death',
    'StatefulSet/kafka-broker',
    (it) => delete it.startupProbe,
  ),
  ofContainer('ten seconds to start', 'StatefulSet/kafka-broker', (it) => {
    it.startupProbe = { ...it.startupProbe, periodSeconds: 5, failureThreshold: 2 };
  }),
  ofContainer('a probe of a port that does not exist', 'Deployment/kafka-rest', (it) => {
    it.livenessProbe = { tcpSocket: { port: 'htpt' } };
  }),
  ofPod('no grace period', 'StatefulSet/kafka-broker', (it) => delete it.terminationGracePeriodSeconds),
  ofContainer('a mount without its volume', 'Deployment/flink-taskmanager', ({ volumeMounts = [] }) => {
    volumeMounts.push({ name: 'nowhere', mountPath: '/nowhere' });
  }),
  ofContainer('a scratch folder is not mounted', 'Deployment/flink-taskmanager', (it) => {
    it.volumeMounts = it.volumeMounts?.filter(({ mountPath }) => mountPath !== '/tmp');
  }),
  ofContainer('two ports of one name', 'Deployment/flink-jobmanager', ({ ports = [] }) => {
    for (const port of ports) port.name = 'rest';
  }),
  ofObject(
    'a Job without the hash',
    'dev',
    'Job/strain-producer',
    ({ metadata }) => (metadata.name = 'strain-producer'),
  ),
  ofPod('a Job that restarts its container', 'Job/strain-producer', (it) => (it.restartPolicy = 'OnFailure')),
  {
    name: 'no disruption budget',
    profile: 'prod',
    apply: (objects) => {
      const budget = objects.find(({ kind }) => kind === 'PodDisruptionBudget');
      if (budget) objects.splice(objects.indexOf(budget), 1);
    },
  },
  ofObject(
    'a budget that blocks drains',
    'prod',
    'PodDisruptionBudget/kafka-broker',
    ({ spec }) => (spec.maxUnavailable = 0),
  ),
  {
    name: 'brokers on one node',
    profile: 'prod',
    apply: (objects) => delete pod(objects, 'StatefulSet/kafka-broker').topologySpreadConstraints,
  },
  ofObject(
    "a job's TaskManagers of two scripts side by side",
    'prod-jobs',
    'Deployment/flink-sql-clicks-taskmanager',
    ({ spec }) => (spec.strategy = { type: 'RollingUpdate' }),
  ),
  {
    name: 'TaskManagers that wait for a script which their JobManager does not run',
    profile: 'prod-jobs',
    apply: (objects) => {
      const { env = [] } = container(objects, 'Deployment/flink-sql-clicks-taskmanager');
      for (const variable of env) if (variable.name === 'CONTENT') variable.value = 'other';
    },
  },
];
