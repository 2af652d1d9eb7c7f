#!/usr/bin/env bash
# Prints the ids of the controllers that vote in a running cluster, in order, separated by commas. Argument:
# PLAINTEXT listeners of brokers, host:port, separated by commas; the first that takes a connection is asked.
# They are those of the pods: a Service without a ready pod can leave a connection unanswered. Exit codes: 0 done;
# 2 no broker takes connections; any other: there may be one, but it gives no answer.
#
# Request: size int32 = 39; API key int16 = 55 (DescribeQuorum); version int16 = 0; correlation id int32 = 1;
# client id int16 = -1 (none); no tags; one topic: its name, one partition: int32 = 0, and no tags (three
# times). Response: size int32; correlation id int32; no tags; error int16; one topic: its name, one partition:
# index int32, error int16, leader int32, leader epoch int32, high watermark int64, the number of voters + 1,
# and of each its id int32, end of log int64, no tags. (Kafka protocol guide, "DescribeQuorum API")
set -eu

# timeout runs it in a shell of its own.
# shellcheck disable=SC2317
ask() {
  exec 3<>"/dev/tcp/$host/$port"
  printf '\0\0\0\047\0\067\0\0\0\0\0\001\377\377\0\002\023__cluster_metadata\002\0\0\0\0\0\0\0' >&3
  local size
  size=$((16#$(dd bs=1 count=4 <&3 2>/dev/null | od -An -tx1 | tr -d ' \n')))
  dd bs=1 count="$size" <&3 2>/dev/null | od -An -v -tx1 | tr -d ' \n'
}
export -f ask

unclear=
for server in ${1//,/ }; do
  export host=${server%:*} port=${server##*:}
  status=0
  # shellcheck disable=SC2016
  timeout 5 bash -c 'exec 3<>"/dev/tcp/$host/$port"' 2>/dev/null || status=$?
  # timeout itself ends with 124 or more. The connection may be held back by a NetworkPolicy that is about to open.
  if [ "$status" -ge 124 ]; then unclear=1; fi
  [ "$status" = 0 ] || continue
  answer=$(timeout 10 bash -c ask)
  # Positions are in hexadecimal digits: errors at 10 and 64, voters from 100.
  [ "${answer:10:4}" = 0000 ] && [ "${answer:64:4}" = 0000 ] || exit 1
  count=$((16#${answer:100:2} - 1))
  for ((i = 0; i < count; i++)); do
    echo $((16#${answer:102 + 26 * i:8}))
  done | sort -n | paste -sd, -
  exit
done
[ -n "$unclear" ] || exit 2
exit 1
