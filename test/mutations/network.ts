/** Network policies that let through too little or too much. */
import type { KubeObject } from '../rules/model';
import { ofObject, remove, type Mutation } from './mutation';

/** Rules of a policy that concern a peer. */
const rulesOf = (policy: KubeObject, direction: 'ingress' | 'egress') =>
  policy.spec?.[direction] as { ports?: unknown[] }[];

export const NETWORK: Mutation[] = [
  {
    name: 'no default and no own policy for a workload',
    profile: 'prod',
    apply: (objects) => {
      remove(objects, 'NetworkPolicy/default-deny');
      remove(objects, 'NetworkPolicy/kafka-ui');
    },
  },
  ofObject(
    'a way out is closed',
    'prod',
    'NetworkPolicy/kafka-schema-registry',
    ({ spec }) => (spec.egress = []),
  ),
  ofObject('a way in is closed', 'prod', 'NetworkPolicy/kafka-broker', ({ spec }) => (spec.ingress = [])),
  ofObject('a way in for everyone', 'prod', 'NetworkPolicy/kafka-broker', (policy) => {
    rulesOf(policy, 'ingress').push({ ports: [{ port: 9092 }] });
  }),
  ofObject('a way in on every port', 'prod', 'NetworkPolicy/kafka-broker', (policy) => {
    for (const rule of rulesOf(policy, 'ingress')) delete rule.ports;
  }),
  ofObject('a way in that nobody needs', 'prod', 'NetworkPolicy/kafka-broker', (policy) => {
    const from = [{ podSelector: { matchLabels: { 'app.kubernetes.io/instance': 'flink-sql-client' } } }];
    policy.spec.ingress = [...rulesOf(policy, 'ingress'), { from, ports: [{ port: 9092 }] }];
  }),
  {
    name: "a job's TaskManager is not let at the stack's broker",
    profile: 'prod-jobs',
    apply: (objects) => remove(objects, 'NetworkPolicy/flink-sql-clicks-taskmanager-to-kafka-broker'),
  },
  {
    name: "a job is not let at the stack's SQL gateway",
    profile: 'dev-jobs',
    apply: (objects) => remove(objects, 'NetworkPolicy/flink-sql-clicks-to-flink-sql-client'),
  },
  ofObject('a policy for pods that do not exist', 'prod', 'NetworkPolicy/kafka-ui', ({ spec }) => {
    spec.podSelector = { matchLabels: { app: 'kafka-ui' } };
  }),
];
