/** Shell scripts of the Flink pods. They use what the official image has: bash, coreutils, Java. */

/**
 * Init container: copies `bin/` and puts the prompt with the tables in the place of `sql-client.sh`; checks that the image has the
 * connectors, whose jars' beginnings are its arguments.
 */
export const PREPARE_SQL_CLIENT = `#!/usr/bin/env bash
set -euo pipefail
missing=0
for jar in "$@"; do
  if ! compgen -G "/opt/flink/lib/$jar*.jar" >/dev/null; then
    echo "The image has no /opt/flink/lib/$jar*.jar: build it with this connector, or leave the connector out." >&2
    missing=1
  fi
done
[ "$missing" -eq 0 ] || exit 1
cp -R /opt/flink/bin/. /bin-with-tables
mv /bin-with-tables/sql-client.sh /bin-with-tables/flink-sql-client.sh
cp /etc/flink-sql/sql-client.sh /bin-with-tables/sql-client.sh
chmod +x /bin-with-tables/sql-client.sh
`;

/** `sql-client.sh` in the pod: a prompt at the pod's gateway with the tables, unless a mode of Flink's own is named. */
export const SQL_CLIENT_WRAPPER = `#!/usr/bin/env bash
# A prompt at this pod's SQL gateway, with the tables. Options of Flink's client (-f FILE, ...) can be added; with the word
# "embedded" or "gateway" first it is Flink's own sql-client.sh.
export JVM_ARGS='-Xmx192m -XX:+UseSerialGC -XX:TieredStopAtLevel=1'
client=/opt/flink/bin/flink-sql-client.sh
case \${1-} in
  embedded | gateway | --help | -h) exec "$client" "$@" ;;
esac
exec "$client" gateway --endpoint "$SQL_GATEWAY" --init "$SQL_INIT" --history /tmp/.flink-sql-history "$@"
`;
