#!/usr/bin/env bash
# Makes topics match their declarations: creates those that do not exist, and alters those that do. Uses
# Kafka's tools.
#
# Environment: BOOTSTRAP_SERVERS; WAIT_SECONDS, how long to wait for brokers; TOPICS_FILE, the declarations;
# CLIENT_PROPERTIES, a file with client properties, for a Kafka that is not PLAINTEXT; MIN_INSYNC_REPLICAS, for
# topics that do not set min.insync.replicas.
#
# TOPICS_FILE has one topic a line, in columns separated by tabs: name, partitions, replicas, then any settings
# as NAME=VALUE. `-` means that the number is not declared.
#
# Exit codes: 0 done; 1 failed, a retry can help; 3 Kafka cannot follow a declaration, a retry does not help.
set -uo pipefail
PATH=$PATH:/opt/kafka/bin
client=(--bootstrap-server "$BOOTSTRAP_SERVERS")
command_config=()
[ -z "${CLIENT_PROPERTIES-}" ] || command_config=(--command-config "$CLIENT_PROPERTIES")
end=$((SECONDS + WAIT_SECONDS))
refused=0 differs=0
answer=$(mktemp)
declare -A found

say() { echo "kafka-topics: $*"; }
fail() { say "$*"; exit 1; }
# Shows the first line of the tool's output. What Kafka rejects permanently is not retried.
tool_failed() {
  say "$*: ${output%%$'\n'*}"
  [[ $output == *InvalidConfiguration* || $output == *InvalidTopic* || $output == *PolicyViolation* ]] && exit 3
  exit 1
}

# Tools run in the background, so that SIGTERM ends the script and its tool at once.
trap 'kill "${child-}" 2>/dev/null; say "stopped by SIGTERM"; exit 143' TERM
tool() {
  "$1" "${client[@]}" "${command_config[@]}" "${@:2}" >"$answer" 2>&1 &
  child=$!
  wait "$child"
  local status=$?
  output=$(<"$answer")
  return $status
}
pause() { sleep 2 & child=$!; wait "$child"; }

# Passes when one broker takes connections.
reachable() {
  local server
  for server in ${BOOTSTRAP_SERVERS//,/ }; do
    timeout 5 bash -c "exec 3<>/dev/tcp/${server%:*}/${server##*:}" 2>/dev/null && return
  done
  return 1
}
await_kafka() {
  reachable || say "waiting up to $WAIT_SECONDS s for a broker of $BOOTSTRAP_SERVERS"
  until reachable; do
    [ $SECONDS -lt $end ] || fail "no broker of $BOOTSTRAP_SERVERS took a connection within $WAIT_SECONDS s: is Kafka up, and does a NetworkPolicy let this pod reach it?"
    pause
  done
}

# Prints a pattern that matches the declared topics.
pattern() {
  local name names=
  while IFS=$'\t' read -r name _; do names+=${names:+|}${name//./\\.}; done <"$TOPICS_FILE"
  echo "$names"
}

read_topics() {
  local line
  until tool kafka-topics.sh --describe --if-exists --topic "$(pattern)"; do
    [ $SECONDS -lt $end ] || tool_failed "Kafka did not list its topics within $WAIT_SECONDS s"
    say "Kafka does not answer yet: ${output%%$'\n'*}"
    pause
  done
  while IFS= read -r line; do
    [[ $line =~ ^Topic:\ ([^[:space:]]+).*PartitionCount:\ ([0-9]+).*ReplicationFactor:\ ([0-9]+).*Configs:\ ?(.*)$ ]] || continue
    found[${BASH_REMATCH[1]}]="${BASH_REMATCH[2]} ${BASH_REMATCH[3]} ${BASH_REMATCH[4]}"
  done <<<"$output"
}

create() { # NAME PARTITIONS REPLICAS SETTING...
  local options=() setting
  [ "$2" = - ] || options+=(--partitions "$2")
  [ "$3" = - ] || options+=(--replication-factor "$3")
  for setting in "${@:4}"; do options+=(--config "$setting"); done
  until tool kafka-topics.sh --create --if-not-exists --topic "$1" "${options[@]}"; do
    # Brokers that are still starting do not count yet.
    [[ $output == *InvalidReplicationFactor* ]] || tool_failed "cannot create $1"
    [ $SECONDS -lt $end ] || tool_failed "cannot create $1, too few brokers for its replicas came up within $WAIT_SECONDS s"
    say "waiting for more brokers: $1 has more replicas than there are brokers"
    pause
  done
  say "$1 created"
}

grow() { # NAME FROM TO
  if [ "$3" -lt "$2" ]; then
    say "$1 has $2 partitions, $3 are declared: Kafka cannot remove partitions. Declare $2 or more, or delete the topic with its records."
    refused=1
  elif [ "$3" -gt "$2" ]; then
    tool kafka-topics.sh --alter --topic "$1" --partitions "$3" || tool_failed "cannot raise the partitions of $1 to $3"
    say "$1 now has $3 partitions (before: $2); new records of a key may go to another partition"
  fi
}

configure() { # NAME CURRENT SETTING...
  local setting changes=
  for setting in "${@:3}"; do
    [[ ",$2," == *",$setting,"* ]] && continue
    [[ $setting != *,* ]] || setting="${setting%%=*}=[${setting#*=}]"
    changes+=${changes:+,}$setting
  done
  [ -n "$changes" ] || return 0
  tool kafka-configs.sh --alter --entity-type topics --entity-name "$1" --add-config "$changes" ||
    tool_failed "cannot set $changes of $1"
  say "$1 now has $changes"
}

declare_topic() { # NAME PARTITIONS REPLICAS SETTING...
  local partitions replicas settings
  if [ -z "${found[$1]-}" ]; then
    create "$@"
    return
  fi
  read -r partitions replicas settings <<<"${found[$1]}"
  [ "$2" = - ] || grow "$1" "$partitions" "$2"
  configure "$1" "$settings" "${@:4}"
  if [ "$3" != - ] && [ "$3" != "$replicas" ]; then
    say "$1 has $replicas replicas, $3 are declared: not changed, use kafka-reassign-partitions.sh to change it"
    differs=1
  fi
  say "$1 checked"
}

# Controllers write their own min.insync.replicas as the default of the cluster when they first lead it. That
# outranks the brokers' files from then on, also after the files change.
correct_cluster_default() {
  [ -n "${MIN_INSYNC_REPLICAS-}" ] || return 0
  tool kafka-configs.sh --describe --entity-type brokers --entity-default ||
    tool_failed "cannot read the defaults of the cluster"
  [[ $output =~ [[:space:]]min\.insync\.replicas=([0-9]+) ]] || return 0
  [ "${BASH_REMATCH[1]}" != "$MIN_INSYNC_REPLICAS" ] || return 0
  local before=${BASH_REMATCH[1]}
  tool kafka-configs.sh --alter --entity-type brokers --entity-default \
    --add-config "min.insync.replicas=$MIN_INSYNC_REPLICAS" ||
    tool_failed "cannot set min.insync.replicas of the cluster to $MIN_INSYNC_REPLICAS"
  say "min.insync.replicas of topics that do not set it is now $MIN_INSYNC_REPLICAS (before: $before)"
}

finish() {
  [ $refused = 0 ] || exit 3
  [ $differs = 0 ] || { say "done, except for the differences reported above"; return; }
  say "all topics are as declared"
}

await_kafka
read_topics
while IFS= read -r row <&4; do
  IFS=$'\t' read -ra columns <<<"$row"
  declare_topic "${columns[@]}"
done 4<"$TOPICS_FILE"
correct_cluster_default
finish
