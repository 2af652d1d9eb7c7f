/** What a pod needs to run well: resources, probes, an orderly end; and what keeps Jobs re-appliable. */
import {
  containersOf,
  eachContainer,
  eachObject,
  eachPod,
  idOf,
  ofKind,
  quantity,
  selects,
  workloads,
  type Finding,
  type Probe,
  type Rule,
  type Selector,
} from './model';

const LABELS = ['name', 'instance', 'component', 'part-of', 'managed-by'].map(
  (key) => `app.kubernetes.io/${key}`,
);

const missingLabels = (labels: Record<string, string> | undefined) =>
  LABELS.filter((label) => !labels?.[label]).map((label) => `lacks the label ${label}`);

/** Seconds that a container may take to start before it is killed. */
const budget = ({ failureThreshold = 3, periodSeconds = 10 }: Probe) => failureThreshold * periodSeconds;

export const RUNNING: Rule[] = [
  {
    name: 'objects and pods have the labels app.kubernetes.io/*',
    check: (objects) => [
      ...objects.flatMap((object) =>
        missingLabels(object.metadata.labels).map((message) => ({ object: idOf(object), message })),
      ),
      ...workloads(objects).flatMap(({ id, labels }) =>
        missingLabels(labels).map((message) => ({ object: `${id} (pod)`, message })),
      ),
    ],
  },
  {
    name: 'containers request CPU and memory within limits',
    check: eachContainer(({ resources: { requests = {}, limits = {} } = {} }) =>
      ['cpu', 'memory'].flatMap((resource) => {
        const [request, limit] = [requests[resource], limits[resource]];
        if (!request || !limit) return [`lacks the ${resource} ${request ? 'limit' : 'request'}`];
        return quantity(request) > quantity(limit) ? [`requests more ${resource} than its limit`] : [];
      }),
    ),
  },
  {
    name: 'containers that serve have startup, readiness and liveness probes',
    check: eachPod(({ pod, serves }) =>
      serves
        ? pod.containers.flatMap((container) =>
            (['startupProbe', 'readinessProbe', 'livenessProbe'] as const)
              .filter((probe) => !container[probe])
              .map((probe) => `container ${container.name} lacks a ${probe}`),
          )
        : [],
    ),
  },
  {
    name: 'probes ask a port of their container',
    check: eachContainer((container) =>
      (['startupProbe', 'readinessProbe', 'livenessProbe'] as const).flatMap((kind) => {
        const port = container[kind]?.tcpSocket?.port ?? container[kind]?.httpGet?.port;
        if (port === undefined) return [];
        return (container.ports ?? []).some(
          ({ name, containerPort }) => name === port || containerPort === port,
        )
          ? []
          : [`${kind} asks port ${port}, which the container does not declare`];
      }),
    ),
  },
  {
    name: 'a service has two minutes to start, and liveness is not a readiness question',
    check: eachPod(({ pod, serves }) =>
      !serves
        ? []
        : pod.containers.flatMap(({ name, startupProbe, livenessProbe }) => [
            ...(startupProbe && budget(startupProbe) < 120
              ? [`container ${name} has ${budget(startupProbe)} s to start`]
              : []),
            ...(livenessProbe?.exec
              ? [`container ${name}: its liveness starts a process at each probe`]
              : []),
          ]),
    ),
  },
  {
    name: 'pods say how long they need to stop',
    check: eachPod(({ pod }) =>
      pod.terminationGracePeriodSeconds === undefined ? ['lacks terminationGracePeriodSeconds'] : [],
    ),
  },
  {
    name: 'volume mounts name a volume of the pod, and each volume is mounted',
    check: eachPod(({ pod, object }) => {
      const claims = (object.spec?.volumeClaimTemplates ?? []) as { metadata: { name: string } }[];
      const mounted = containersOf(pod).flatMap(({ volumeMounts = [] }) =>
        volumeMounts.map(({ name }) => name),
      );
      const volumes = [
        ...(pod.volumes ?? []).map(({ name }) => name),
        ...claims.map(({ metadata }) => metadata.name),
      ];
      return [
        ...mounted
          .filter((name) => !volumes.includes(name))
          .map((name) => `mounts ${name}, which is no volume`),
        ...volumes
          .filter((name) => !mounted.includes(name))
          .map((name) => `volume ${name} is mounted nowhere`),
      ];
    }),
  },
  {
    name: 'container ports have names, each name and number once in a pod',
    check: eachPod(({ pod }) => {
      const ports = pod.containers.flatMap(({ ports = [] }) => ports);
      return ports.flatMap(({ name, containerPort }, index) => {
        const before = ports.slice(0, index);
        if (!name || !/^[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$/.test(name))
          return [`port ${containerPort} is named ${name}`];
        if (before.some((other) => other.name === name)) return [`port name ${name} appears twice`];
        return before.some((other) => other.containerPort === containerPort)
          ? [`port ${containerPort} appears twice`]
          : [];
      });
    }),
  },
  {
    name: 'Jobs can be applied again: hash of the content in the name, bounded retries',
    check: eachObject(['Job'], ({ metadata, spec = {} }) => {
      const template = spec.template as { spec: { restartPolicy?: string } };
      return [
        ...(/-[0-9a-f]{8,}$/.test(metadata.name) ? [] : ['the name does not end in a hash']),
        ...(spec.backoffLimit === undefined ? ['lacks backoffLimit'] : []),
        ...(template.spec.restartPolicy === 'Never'
          ? []
          : [`restartPolicy is ${template.spec.restartPolicy}`]),
      ];
    }),
  },
  {
    name: "a job's own pods are of one content, and the old ones end before the new ones begin",
    check: (objects) => {
      const contents = new Map<string | undefined, string>();
      return ofKind(objects, 'Deployment').flatMap((object): Finding[] => {
        const { env } = workloads([object])[0]?.pod.containers[0] ?? {};
        const value = (name: string) => env?.find((variable) => variable.name === name)?.value;
        const content = value('CONTENT');
        if (content === undefined) return [];
        const id = idOf(object);
        const other = contents.get(value('JOB_NAME')) ?? content;
        contents.set(value('JOB_NAME'), content);
        return [
          ...(other === content ? [] : [{ object: id, message: `content ${content} next to ${other}` }]),
          ...((object.spec?.strategy as { type?: string } | undefined)?.type === 'Recreate'
            ? []
            : [{ object: id, message: 'old and new pods run side by side' }]),
        ];
      });
    },
  },
  {
    name: 'a disruption budget lets one pod go and keeps one, for every service with replicas',
    check: (objects) => {
      const budgets = ofKind(objects, 'PodDisruptionBudget');
      const of = (labels: Record<string, string>) =>
        budgets.filter(({ spec }) => selects(spec?.selector as Selector, labels));
      return workloads(objects)
        .filter(({ serves }) => serves)
        .flatMap(({ id, labels, replicas }): Finding[] => {
          const found = of(labels);
          if (replicas < 2)
            return found.length ? [{ object: id, message: 'a budget on a single pod blocks drains' }] : [];
          if (found.length !== 1)
            return [{ object: id, message: `has ${replicas} replicas and ${found.length} budgets` }];
          const { minAvailable, maxUnavailable } = found[0]?.spec as {
            minAvailable?: number;
            maxUnavailable?: number;
          };
          const free = maxUnavailable ?? replicas - (minAvailable ?? 0);
          return free >= 1 && free < replicas
            ? []
            : [{ object: id, message: `its budget lets ${free} of ${replicas} go` }];
        });
    },
  },
  {
    name: 'the pods of a service with replicas are spread',
    check: eachPod(({ pod, labels, replicas, serves }) => {
      if (!serves || replicas < 2) return [];
      const constraints = pod.topologySpreadConstraints ?? [];
      if (constraints.length === 0) return [`has ${replicas} replicas and no topologySpreadConstraints`];
      return constraints.every(({ labelSelector }) => labelSelector && selects(labelSelector, labels))
        ? []
        : ['topologySpreadConstraints select other pods'];
    }),
  },
];
