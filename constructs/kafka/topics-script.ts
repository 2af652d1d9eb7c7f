/** The script of the Job that makes topics what is declared. It uses bash and Kafka's own tools, which the image has. */
import type { ResolvedTopic } from './topic';

/** Environment variables of the script. */
export const TOPICS_ENV = {
  bootstrapServers: 'BOOTSTRAP_SERVERS',
  /** Seconds that it waits for brokers at most. */
  wait: 'WAIT_SECONDS',
  /** File with the client's properties, for listeners that are not plain. */
  clientProperties: 'CLIENT_PROPERTIES',
} as const;

/** Exit code when a topic cannot be made what is declared. A retry would change nothing. */
export const EXIT_REFUSED = 3;

/** The script for these topics: a table of them at its end, `-` for what is not declared, settings after the third column. */
export function topicsScript(topics: readonly ResolvedTopic[]): string {
  const rows = topics.map(({ name, partitions, replicationFactor, config }) =>
    [
      name,
      partitions ?? '-',
      replicationFactor ?? '-',
      ...Object.entries(config).map(([key, value]) => `${key}=${value}`),
    ].join('\t'),
  );
  const pattern = topics.map(({ name }) => name.replaceAll('.', '\\.')).join('|');
  return `${SCRIPT.replace('@PATTERN@', () => pattern)}<<'TOPICS'
${rows.join('\n')}
TOPICS
finish
`;
}

const SCRIPT = `set -uo pipefail
PATH=$PATH:/opt/kafka/bin
client=(--bootstrap-server "$BOOTSTRAP_SERVERS")
command_config=()
[ -z "\${CLIENT_PROPERTIES-}" ] || command_config=(--command-config "$CLIENT_PROPERTIES")
end=$((SECONDS + WAIT_SECONDS))
refused=0 differs=0
said=$(mktemp)
declare -A found

say() { echo "kafka-topics: $*"; }
fail() { say "$*"; exit 1; }
# What the tool said, in its first line; what Kafka refuses for good is not tried anew.
tool_failed() {
  say "$*: \${output%%$'\\n'*}"
  [[ $output == *InvalidConfiguration* || $output == *InvalidTopic* || $output == *PolicyViolation* ]] && exit ${EXIT_REFUSED}
  exit 1
}

# Tools run beside the script, so that SIGTERM ends both at once.
trap 'kill "\${child-}" 2>/dev/null; say "ended by SIGTERM"; exit 143' TERM
tool() {
  "$1" "\${client[@]}" "\${command_config[@]}" "\${@:2}" >"$said" 2>&1 &
  child=$!
  wait "$child"
  local status=$?
  output=$(<"$said")
  return $status
}
pause() { sleep 2 & child=$!; wait "$child"; }

# One broker takes connections.
reachable() {
  local server
  for server in \${BOOTSTRAP_SERVERS//,/ }; do
    timeout 5 bash -c "exec 3<>/dev/tcp/\${server%:*}/\${server##*:}" 2>/dev/null && return
  done
  return 1
}
await_kafka() {
  reachable || say "waiting for a broker of $BOOTSTRAP_SERVERS, $WAIT_SECONDS s at most"
  until reachable; do
    [ $SECONDS -lt $end ] || fail "no broker of $BOOTSTRAP_SERVERS took a connection within $WAIT_SECONDS s: is Kafka up, and does a NetworkPolicy let this pod reach it?"
    pause
  done
}

read_topics() {
  local line
  until tool kafka-topics.sh --describe --if-exists --topic '@PATTERN@'; do
    [ $SECONDS -lt $end ] || tool_failed "Kafka did not tell its topics within $WAIT_SECONDS s"
    say "Kafka does not answer yet: \${output%%$'\\n'*}"
    pause
  done
  while IFS= read -r line; do
    [[ $line =~ ^Topic:\\ ([^[:space:]]+).*PartitionCount:\\ ([0-9]+).*ReplicationFactor:\\ ([0-9]+).*Configs:\\ ?(.*)$ ]] || continue
    found[\${BASH_REMATCH[1]}]="\${BASH_REMATCH[2]} \${BASH_REMATCH[3]} \${BASH_REMATCH[4]}"
  done <<<"$output"
}

create() { # NAME PARTITIONS REPLICAS SETTING...
  local options=() setting
  [ "$2" = - ] || options+=(--partitions "$2")
  [ "$3" = - ] || options+=(--replication-factor "$3")
  for setting in "\${@:4}"; do options+=(--config "$setting"); done
  until tool kafka-topics.sh --create --if-not-exists --topic "$1" "\${options[@]}"; do
    # Brokers that are still starting count once they are there.
    [[ $output == *InvalidReplicationFactor* ]] || tool_failed "cannot create $1"
    [ $SECONDS -lt $end ] || tool_failed "cannot create $1, too few brokers came up for its replicas within $WAIT_SECONDS s"
    say "$1 has more replicas than there are brokers yet, waiting for them"
    pause
  done
  say "$1 created"
}

grow() { # NAME FROM TO
  if [ "$3" -lt "$2" ]; then
    say "$1 has $2 partitions, $3 are declared: Kafka cannot take partitions away. Declare $2 or more, or delete the topic with its records."
    refused=1
  elif [ "$3" -gt "$2" ]; then
    tool kafka-topics.sh --alter --topic "$1" --partitions "$3" || tool_failed "cannot give $1 $3 partitions"
    say "$1 has $3 partitions now, it had $2; records of a key may be on another one from now on"
  fi
}

configure() { # NAME CURRENT SETTING...
  local setting changes=
  for setting in "\${@:3}"; do
    [[ ",$2," == *",$setting,"* ]] && continue
    [[ $setting != *,* ]] || setting="\${setting%%=*}=[\${setting#*=}]"
    changes+=\${changes:+,}$setting
  done
  [ -n "$changes" ] || return 0
  tool kafka-configs.sh --alter --entity-type topics --entity-name "$1" --add-config "$changes" ||
    tool_failed "cannot set $changes of $1"
  say "$1 has $changes now"
}

declare_topic() { # NAME PARTITIONS REPLICAS SETTING...
  local partitions replicas settings
  if [ -z "\${found[$1]-}" ]; then
    create "$@"
    return
  fi
  read -r partitions replicas settings <<<"\${found[$1]}"
  [ "$2" = - ] || grow "$1" "$partitions" "$2"
  configure "$1" "$settings" "\${@:4}"
  if [ "$3" != - ] && [ "$3" != "$replicas" ]; then
    say "$1 has $replicas replicas, $3 are declared: left as it is, only a reassignment (kafka-reassign-partitions.sh) changes that"
    differs=1
  fi
  say "$1 checked"
}

finish() {
  [ $refused = 0 ] || exit ${EXIT_REFUSED}
  [ $differs = 0 ] || { say "done, but for what is said above"; return; }
  say "all topics are as declared"
}

await_kafka
read_topics
while IFS= read -r row <&4; do
  IFS=$'\\t' read -ra columns <<<"$row"
  declare_topic "\${columns[@]}"
done 4`;
