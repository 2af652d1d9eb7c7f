# shellcheck shell=bash
# The layout of a cluster: who its controllers are, and how many brokers it has. Each volume keeps the layout
# of the last start next to the data, so that a start under another one can be refused. Kafka takes the
# controllers from its configuration. With other ones it would begin with empty metadata, and brokers delete
# partitions that the metadata does not have.
#
# Used by kraft-start.sh, which sets `folder` and `properties`.
# shellcheck disable=SC2154
layout=${DATA_FOLDER%/*}/layout
voters=

refuse() { # WHAT FIX
  echo "refusing to start, and nothing was changed: $1"
  echo "To fix it: $2"
  exit 1
}

check_layout() {
  voters=$(sed -n 's/^controller\.quorum\.voters=//p' "$properties")
  if [ -f "$layout" ]; then
    check_voters "$(sed -n 's/^voters=//p' "$layout")"
    check_brokers "$(sed -n 's/^brokers=//p' "$layout")"
  elif [ ! -f "$DATA_FOLDER/meta.properties" ] && [ -n "${BOOTSTRAP_SERVERS-}" ]; then
    check_running_cluster
  fi
}

keep_layout() {
  printf 'voters=%s\nbrokers=%s\n' "$voters" "${BROKERS-}" >"$layout.new"
  mv "$layout.new" "$layout"
}

check_voters() { # RECORDED
  [ "$1" != "$voters" ] || return 0
  refuse "the controllers of this volume's cluster are $1, but it would start with $voters, without the cluster's metadata" \
    "set \`brokers\`, \`controllers.count\` and the names of Kafka back to what they were. Controllers of a cluster that has data cannot be changed: make a second cluster and copy the topics."
}

check_brokers() { # RECORDED
  [ -n "${BROKERS-}" ] && [ "${1:-0}" -gt "$BROKERS" ] || return 0
  local held
  held=$(topics_beyond) || refuse "the cluster had $1 brokers, and reading which partitions the removed ones hold failed: $held" \
    "set \`brokers\` back to $1."
  [ -z "$held" ] || refuse "brokers $BROKERS to $(($1 - 1)) are removed, but they hold partitions of $held" \
    "set \`brokers\` back to $1, move these partitions to the other brokers with kafka-reassign-partitions.sh, then lower \`brokers\`."
}

# Prints the topics that have replicas on brokers above the wanted number, from this volume's copy of the
# metadata: the last snapshot, and the records since then.
topics_beyond() {
  local metadata=$DATA_FOLDER/__cluster_metadata-0 files=() snapshots=("$DATA_FOLDER"/__cluster_metadata-0/*.checkpoint)
  [ ! -f "${snapshots[-1]}" ] || files+=("${snapshots[-1]}")
  files+=("$metadata"/*.log)
  local file records
  records=$(mktemp)
  for file in "${files[@]}"; do
    KAFKA_HEAP_OPTS=-Xmx256m kafka-dump-log.sh --cluster-metadata-decoder --files "$file" >>"$records" 2>&1 || {
      tail -1 "$records"
      return 1
    }
  done
  awk -v brokers="$BROKERS" -f "$folder/topics-beyond.awk" "$records"
  rm "$records"
}

# A controller with an empty volume begins a new cluster, or is one of the controllers of a running one whose
# volume was lost. A running cluster that has other controllers would lose its metadata.
check_running_cluster() {
  local running status=0 wanted
  wanted=$(tr ',' '\n' <<<"$voters" | sed 's/@.*//' | sort -n | paste -sd, -)
  running=$(bash "$folder/running-voters.sh" "$BOOTSTRAP_SERVERS") || status=$?
  # Nobody answers: the cluster is new.
  [ "$status" != 2 ] || return 0
  [ "$status" = 0 ] || refuse "a broker may be up, but does not say who the cluster's controllers are ($BOOTSTRAP_SERVERS)" \
    "wait until brokers are ready or gone, and check that NetworkPolicies let controllers reach them; the pod then starts by itself."
  [ "$running" = "$wanted" ] || refuse "the controllers of the cluster that runs are nodes $running, but this one would begin a new cluster with nodes $wanted, without the metadata" \
    "set \`brokers\` and \`controllers.count\` back to what they were, and delete the claims of pods that are new. Controllers of a cluster that has data cannot be changed: make a second cluster and copy the topics."
}
