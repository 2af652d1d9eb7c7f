#!/usr/bin/env bash
# A prompt at the SQL gateway of this pod, with the tables. Options of Flink's client (-f FILE, ...) can be
# added. With "embedded" or "gateway" as the first word it is Flink's own sql-client.sh.
#
# Environment: FLINK_HOME, SQL_GATEWAY (address), SQL_INIT (file).
export JVM_ARGS='-Xmx192m -XX:+UseSerialGC -XX:TieredStopAtLevel=1'
client="$FLINK_HOME/bin/flink-sql-client.sh"
case ${1-} in
  embedded | gateway | --help | -h) exec "$client" "$@" ;;
esac
exec "$client" gateway --endpoint "$SQL_GATEWAY" --init "$SQL_INIT" --history /tmp/.flink-sql-history "$@"
