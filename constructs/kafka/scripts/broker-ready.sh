#!/usr/bin/env bash
# Readiness probe of a broker: asks it for the members of the cluster, and passes when it is a member itself.
# A broker that is fenced or not yet registered is not a member. This is one request over TCP, because Kafka's
# own tools would start a JVM every few seconds. Environment: READY_PORT, a PLAINTEXT listener. Kubernetes
# sets HOSTNAME.
#
# Request: size int32 = 14; API key int16 = 3 (Metadata); version int16 = 1; correlation id int32 = 1; client
# id int16 = -1 (none); topics int32 = 0 (none). Response: size int32, then the members with their host names.
# (Kafka protocol guide, "Metadata API")
#
# No pipefail: grep can exit before it has read everything.
set -eu
exec 3<>"/dev/tcp/127.0.0.1/$READY_PORT"
printf '\0\0\0\016\0\003\0\001\0\0\0\001\377\377\0\0\0\0' >&3
size=$((16#$(dd bs=1 count=4 <&3 2>/dev/null | od -An -tx1 | tr -d ' \n')))
# Zero bytes become line ends, because busybox's grep takes them for the end of the text.
dd bs=1 count="$size" <&3 2>/dev/null | tr '\000' '\n' | grep -aqF "$HOSTNAME."
