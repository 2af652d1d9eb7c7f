/** Shell scripts that the brokers' containers run. They use what the official images have: bash, and busybox's cat, dd, od, tr and grep. */
import type { ResolvedListener } from './listeners';

/** Where the ConfigMap with the scripts and the properties is mounted. */
export const CONFIG_FOLDER = '/mnt/kafka';

/** Names of the scripts there. */
export const START_SCRIPT = 'start.sh';
export const READY_SCRIPT = 'ready.sh';

/** Root folder of the data volume, and the subfolder with the data: a volume's root can hold `lost+found`, which Kafka refuses. */
export const DATA_FOLDER = '/var/lib/kafka/data';
export const LOG_DIR = `${DATA_FOLDER}/kafka`;

/** Controllers' node ids begin here; brokers' at 0. */
export const FIRST_CONTROLLER_ID = 1000;

/** Script that starts a KRaft process: completes the properties by what differs by pod, formats an empty volume, and becomes Kafka. */
export function kraftStart(firstId: number, advertised: string | undefined): string {
  const lines = [`echo "node.id=$((${firstId} + ordinal))"`];
  if (advertised !== undefined) lines.push(`echo "advertised.listeners=${advertised}"`);
  return `${START}
{
  cat ${CONFIG_FOLDER}/server.properties
  ${lines.join('\n  ')}
} >/tmp/server.properties
# Once: a volume that is formatted keeps its identity, and Kafka itself refuses the volume of another cluster.
if [ ! -f ${LOG_DIR}/meta.properties ]; then
  KAFKA_HEAP_OPTS=-Xmx128m /opt/kafka/bin/kafka-storage.sh format --ignore-formatted -t="$CLUSTER_ID" -c /tmp/server.properties
fi
exec /opt/kafka/bin/kafka-server-start.sh /tmp/server.properties
`;
}

/** Script that starts a broker with ZooKeeper: the image's own, with what differs by pod in its environment. */
export function zooKeeperStart(advertised: string): string {
  return `${START}
export KAFKA_BROKER_ID=$ordinal
export KAFKA_ADVERTISED_LISTENERS="${advertised}"
exec /etc/confluent/docker/run
`;
}

/**
 * Script of the readiness probe: asks the broker for the cluster's members and passes when it is one of them itself. A broker that is
 * fenced or not yet registered is none. One request on the wire in place of a tool of Kafka's, which would start a JVM every few seconds.
 *
 * Request: size int32 = 14; API key int16 = 3 (Metadata); version int16 = 1; correlation id int32 = 1; client id int16 = -1 (none);
 * topics int32 = 0 (none). Response: size int32, then the members with their host names. (Kafka protocol guide, "Metadata API")
 * Its zero bytes become line ends, as busybox's grep takes them for the end of the text.
 */
export function readyScript(port: number): string {
  return `${PROBE}
exec 3<>/dev/tcp/127.0.0.1/${port}
printf '\\0\\0\\0\\016\\0\\003\\0\\001\\0\\0\\0\\001\\377\\377\\0\\0\\0\\0' >&3
size=$((16#$(dd bs=1 count=4 <&3 2>/dev/null | od -An -tx1 | tr -d ' \\n')))
dd bs=1 count="$size" <&3 2>/dev/null | tr '\\000' '\\n' | grep -aqF "$HOSTNAME."
`;
}

/**
 * Script of a controller's readiness probe: passes when it answers a request without an error.
 *
 * Request: size int32 = 10; API key int16 = 18 (ApiVersions); version int16 = 0; correlation id int32 = 1; client id int16 = -1 (none).
 * Response: size int32; correlation id int32; error int16, 0 for none. (Kafka protocol guide, "ApiVersions API")
 */
export function controllerReadyScript(port: number): string {
  return `${PROBE}
exec 3<>/dev/tcp/127.0.0.1/${port}
printf '\\0\\0\\0\\012\\0\\022\\0\\0\\0\\0\\0\\001\\377\\377' >&3
[ "$(dd bs=1 skip=8 count=2 <&3 2>/dev/null | od -An -tx1 | tr -d ' \\n')" = 0000 ]
`;
}

/** Advertised addresses of broker `$ordinal`, as a shell expands them: by its pod's name for pods, by its own port for the outside. */
export function advertisedAddresses(listeners: readonly ResolvedListener[], headlessService: string): string {
  return listeners
    .map(({ name, port, reach, advertisedHost, advertisedPort }) =>
      reach === 'pods'
        ? `${name}://$HOSTNAME.${headlessService}.$POD_NAMESPACE.svc:${port}`
        : `${name}://${advertisedHost}:$((${advertisedPort} + ordinal))`,
    )
    .join(',');
}

const START = `#!/usr/bin/env bash
set -euo pipefail
ordinal=\${HOSTNAME##*-}`;

/** Without `pipefail`: grep may leave before the pipe is empty. */
const PROBE = `#!/usr/bin/env bash
set -eu`;
