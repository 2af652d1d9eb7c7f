#!/usr/bin/env bash
# Starts a broker or a controller of a KRaft cluster: completes server.properties, formats an empty volume,
# and becomes Kafka. Refuses to start, and changes nothing, where Kafka would lose the cluster's metadata or
# leave partitions without their broker.
#
# Environment: CLUSTER_ID, FIRST_NODE_ID (node.id of pod 0), DATA_FOLDER (log.dirs), and what pod.sh reads;
# for a broker BROKERS, their number; for a controller in its own pod BOOTSTRAP_SERVERS, brokers by
# their pods' names, if they have a PLAINTEXT listener.
set -euo pipefail
PATH=$PATH:/opt/kafka/bin
folder=$(dirname "$0")
properties=${TMPDIR:-/tmp}/server.properties
# shellcheck source=constructs/kafka/scripts/pod.sh
. "$folder/pod.sh"
# shellcheck source=constructs/kafka/scripts/layout.sh
. "$folder/layout.sh"
{
  cat "$folder/server.properties"
  echo "node.id=$((FIRST_NODE_ID + ordinal))"
  [ -z "$advertised" ] || echo "advertised.listeners=$advertised"
} >"$properties"
check_layout
# Only once: a formatted volume keeps its identity, and Kafka itself refuses the volume of another cluster.
if [ ! -f "$DATA_FOLDER/meta.properties" ]; then
  # The id may begin with `-`: with `=` it is not taken for an option.
  KAFKA_HEAP_OPTS=-Xmx128m kafka-storage.sh format --ignore-formatted -t="$CLUSTER_ID" -c "$properties"
fi
keep_layout
exec kafka-server-start.sh "$properties"
