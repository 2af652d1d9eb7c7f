#!/usr/bin/env bash
# Readiness probe of a controller: passes when it answers a request without an error. Environment: READY_PORT,
# the controllers' listener.
#
# Request: size int32 = 10; API key int16 = 18 (ApiVersions); version int16 = 0; correlation id int32 = 1;
# client id int16 = -1 (none). Response: size int32; correlation id int32; error int16, 0 for none. (Kafka
# protocol guide, "ApiVersions API")
set -eu
exec 3<>"/dev/tcp/127.0.0.1/$READY_PORT"
printf '\0\0\0\012\0\022\0\0\0\0\0\001\377\377' >&3
[ "$(dd bs=1 skip=8 count=2 <&3 2>/dev/null | od -An -tx1 | tr -d ' \n')" = 0000 ]
