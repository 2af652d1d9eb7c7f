#!/usr/bin/env bash
# Starts a broker or a controller of a KRaft cluster: completes server.properties, formats an empty volume,
# and becomes Kafka. Environment: CLUSTER_ID, FIRST_NODE_ID (node.id of pod 0), DATA_FOLDER (log.dirs), and
# what pod.sh reads.
set -euo pipefail
PATH=$PATH:/opt/kafka/bin
folder=$(dirname "$0")
properties=${TMPDIR:-/tmp}/server.properties
# shellcheck source=constructs/kafka/scripts/pod.sh
. "$folder/pod.sh"
{
  cat "$folder/server.properties"
  echo "node.id=$((FIRST_NODE_ID + ordinal))"
  [ -z "$advertised" ] || echo "advertised.listeners=$advertised"
} >"$properties"
# Only once: a formatted volume keeps its identity, and Kafka itself refuses the volume of another cluster.
if [ ! -f "$DATA_FOLDER/meta.properties" ]; then
  # The id may begin with `-`: with `=` it is not taken for an option.
  KAFKA_HEAP_OPTS=-Xmx128m kafka-storage.sh format --ignore-formatted -t="$CLUSTER_ID" -c "$properties"
fi
exec kafka-server-start.sh "$properties"
