/** What every pod must be: Pod Security "restricted" and more. */
import { eachContainer, eachObject, eachPod, named, type Rule } from './model';

export const HARDENING: Rule[] = [
  {
    name: 'pods run as a numeric user that is not root',
    check: eachPod(({ pod: { securityContext, containers, initContainers = [] } }) => {
      const messages = securityContext?.runAsNonRoot === true ? [] : ['the pod lacks runAsNonRoot: true'];
      for (const container of [...initContainers, ...containers]) {
        const user = container.securityContext?.runAsUser ?? securityContext?.runAsUser;
        if (typeof user !== 'number' || user <= 0) {
          messages.push(`container ${container.name} runs as user ${user ?? '(of the image)'}`);
        }
        if (container.securityContext?.runAsNonRoot === false) {
          messages.push(`container ${container.name} may run as root`);
        }
      }
      return messages;
    }),
  },
  {
    name: 'containers have a read-only root file system',
    check: eachContainer(({ securityContext }) =>
      securityContext?.readOnlyRootFilesystem === true ? [] : ['readOnlyRootFilesystem is not true'],
    ),
  },
  {
    name: 'containers have no capabilities and gain no privileges',
    check: eachContainer(({ securityContext: context = {} }) => [
      ...(context.capabilities?.drop?.includes('ALL') ? [] : ['does not drop ALL capabilities']),
      ...(context.capabilities?.add?.length ? [`adds ${context.capabilities.add.join(', ')}`] : []),
      ...(context.allowPrivilegeEscalation === false ? [] : ['allowPrivilegeEscalation is not false']),
      ...(context.privileged ? ['is privileged'] : []),
    ]),
  },
  {
    name: 'pods have the seccomp profile RuntimeDefault',
    check: eachPod(({ pod }) => {
      const own = [...(pod.initContainers ?? []), ...pod.containers].map(
        ({ securityContext }) => securityContext?.seccompProfile?.type ?? 'RuntimeDefault',
      );
      const profiles = [pod.securityContext?.seccompProfile?.type, ...own];
      return profiles.every((type) => type === 'RuntimeDefault')
        ? []
        : [`seccomp profile is ${profiles.map((type) => type ?? 'not set').join(', ')}`];
    }),
  },
  {
    name: 'pods share nothing with the host',
    check: eachPod(({ pod }) => [
      ...(['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((member) => pod[member]),
      ...(pod.volumes ?? [])
        .filter(({ hostPath }) => hostPath)
        .map(({ name }) => `volume ${name} is a host path`),
      ...pod.containers
        .flatMap(({ ports = [] }) => ports)
        .filter(({ hostPort }) => hostPort)
        .map(({ hostPort }) => `host port ${hostPort}`),
    ]),
  },
  {
    name: 'pods get no service links: a Service named kafka would set KAFKA_PORT',
    check: eachPod(({ pod }) =>
      pod.enableServiceLinks === false ? [] : ['enableServiceLinks is not false'],
    ),
  },
  {
    name: 'pods get an API token only when a role is bound to their service account',
    check: eachPod(({ pod }, objects) => {
      const account = pod.serviceAccountName;
      const bound = objects
        .filter(({ kind }) => kind === 'RoleBinding')
        .flatMap(({ subjects }) => subjects as { kind: string; name: string }[])
        .some(({ kind, name }) => kind === 'ServiceAccount' && name === account);
      if (account && !named(objects, 'ServiceAccount', account))
        return [`service account ${account} does not exist`];
      if (pod.automountServiceAccountToken === bound) return [];
      return [
        `automountServiceAccountToken is ${pod.automountServiceAccountToken}, a role is ${bound ? '' : 'not '}bound`,
      ];
    }),
  },
  {
    name: 'roles grant no wildcard, and only roles of the namespace exist',
    check: (objects) => [
      ...eachObject(['ClusterRole', 'ClusterRoleBinding'], () => ['is valid beyond the namespace'])(objects),
      ...eachObject(['Role'], ({ rules }) =>
        (rules as Record<string, string[]>[])
          .filter((rule) => Object.values(rule).some((values) => values.includes('*')))
          .map((rule) => `grants ${JSON.stringify(rule)}`),
      )(objects),
    ],
  },
  {
    name: 'secrets are given by reference only',
    check: (objects) => [
      ...eachObject(['Secret'], () => ['a chart holds no secret: refer to one that exists'])(objects),
      ...eachContainer(({ env = [] }) =>
        env
          .filter(({ name, value }) => value && /PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIAL|JAAS/i.test(name))
          .map(({ name }) => `${name} holds its value in the manifest`),
      )(objects),
    ],
  },
  {
    name: 'images are pinned',
    check: eachContainer(({ image }) => {
      const [, tag] = /:([^/:@]+)(?:@sha256:[0-9a-f]{64})?$/.exec(image) ?? [];
      if (/@sha256:[0-9a-f]{64}$/.test(image) || (tag && tag !== 'latest')) return [];
      return [`image ${image} has ${tag ? `the tag ${tag}` : 'no tag'}`];
    }),
  },
  {
    name: 'every namespaced object is in the one namespace, which enforces Pod Security "restricted"',
    check: (objects) => {
      const spaces = objects.filter(({ kind }) => kind === 'Namespace');
      const [space] = spaces;
      if (!space || spaces.length > 1)
        return [{ object: 'Namespace', message: `there are ${spaces.length}` }];
      const level = space.metadata.labels?.['pod-security.kubernetes.io/enforce'];
      return [
        ...(level === 'restricted'
          ? []
          : [{ object: 'Namespace', message: `enforces ${level ?? 'nothing'}` }]),
        ...objects
          .filter(({ kind, metadata }) => kind !== 'Namespace' && metadata.namespace !== space.metadata.name)
          .map(({ kind, metadata }) => ({
            object: `${kind}/${metadata.name}`,
            message: `is in namespace ${metadata.namespace ?? '(none)'}`,
          })),
      ];
    },
  },
];
