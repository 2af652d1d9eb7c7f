#!/usr/bin/env bash
# Starts a broker with ZooKeeper: sets what differs by pod, and becomes the start script of Confluent's image.
# Environment: what pod.sh reads.
set -euo pipefail
# shellcheck source=constructs/kafka/scripts/pod.sh
. "$(dirname "$0")/pod.sh"
export KAFKA_BROKER_ID=$ordinal
export KAFKA_ADVERTISED_LISTENERS=$advertised
exec /etc/confluent/docker/run
