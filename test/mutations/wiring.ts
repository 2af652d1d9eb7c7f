/** References to what is not there. */
import { get, ofContainer, ofObject, remove, service, type Mutation } from './mutation';

export const WIRING: Mutation[] = [
  {
    name: 'an object twice',
    profile: 'dev',
    apply: (objects) => objects.push(structuredClone(get(objects, 'Service/kafka-rest'))),
  },
  ofObject('a Deployment selects other pods', 'dev', 'Deployment/kafka-rest', ({ spec }) => {
    spec.selector = { matchLabels: { 'app.kubernetes.io/part-of': 'kafka-flink-cluster' } };
  }),
  ofObject('a Service selects nothing', 'dev', 'Service/kafka-schema-registry', ({ spec }) => {
    spec.selector = { 'app.kubernetes.io/name': 'kafka-schema-registri' };
  }),
  ofObject('a Service selects two workloads', 'dev', 'Service/flink-jobmanager', ({ spec }) => {
    spec.selector = { 'app.kubernetes.io/name': 'flink' };
  }),
  ofContainer('a port is renamed in the pod', 'Deployment/kafka-schema-registry', ({ ports = [], ...it }) => {
    for (const port of ports) port.name = 'rest-api';
    for (const probe of [it.startupProbe, it.readinessProbe, it.livenessProbe]) {
      if (probe?.httpGet) probe.httpGet.port = 'rest-api';
      if (probe?.tcpSocket) probe.tcpSocket.port = 'rest-api';
    }
  }),
  {
    name: 'a Service on another port than its clients use',
    profile: 'dev',
    apply: (objects) => {
      for (const port of service(objects, 'kafka-schema-registry').ports) port.port = 8082;
    },
  },
  {
    name: 'two Services on one node port',
    profile: 'dev',
    apply: (objects) => {
      for (const port of service(objects, 'landoop-topics-ui').ports) port.nodePort = 30094;
    },
  },
  {
    name: 'a headless Service is gone',
    profile: 'dev',
    apply: (objects) => remove(objects, 'Service/kafka-broker-headless'),
  },
  {
    name: 'a ConfigMap is gone',
    profile: 'dev',
    apply: (objects) => remove(objects, 'ConfigMap/flink-taskmanager-config'),
  },
  {
    name: 'a claim is gone',
    profile: 'dev',
    apply: (objects) => remove(objects, 'PersistentVolumeClaim/flink-jobmanager-state'),
  },
  {
    name: 'a service account is gone',
    profile: 'dev',
    apply: (objects) => remove(objects, 'ServiceAccount/flink-jobmanager'),
  },
  { name: 'a role is gone', profile: 'dev', apply: (objects) => remove(objects, 'Role/flink-jobmanager') },
  ofContainer('a variable that is set nowhere', 'Deployment/flink-jobmanager', (it) => {
    it.env = it.env?.filter(({ name }) => name !== 'POD_IP');
  }),
  ofContainer('a variable of a ConfigMap that does not exist', 'Job/strain-producer', ({ env = [] }) => {
    env.push({ name: 'LEVEL', valueFrom: { configMapKeyRef: { name: 'levels', key: 'level' } } });
  }),
  ofContainer('a misspelled address', 'Job/strain-producer', ({ env = [] }) => {
    for (const variable of env) variable.value = variable.value?.replace('kafka-broker', 'kafka-brokers');
  }),
  {
    name: 'a Service that clients use is gone',
    profile: 'classic',
    apply: (objects) => remove(objects, 'Service/kafka-zookeeper'),
  },
];
