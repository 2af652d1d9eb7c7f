#!/usr/bin/env bash
# Checks that the image has the connectors, then copies Flink's `bin/` and replaces its `sql-client.sh` by the
# prompt with the tables.
#
# Environment: FLINK_HOME, SQL_FOLDER (with the new sql-client.sh), BIN_FOLDER (where to copy to).
# Arguments: prefixes of the file names of the connectors' jars.
set -euo pipefail
missing=0
for jar in "$@"; do
  if ! compgen -G "$FLINK_HOME/lib/$jar*.jar" >/dev/null; then
    echo "The image has no $FLINK_HOME/lib/$jar*.jar: build it with this connector, or remove it from connectors." >&2
    missing=1
  fi
done
[ "$missing" -eq 0 ] || exit 1
cp -R "$FLINK_HOME/bin/." "$BIN_FOLDER"
mv "$BIN_FOLDER/sql-client.sh" "$BIN_FOLDER/flink-sql-client.sh"
cp "$SQL_FOLDER/sql-client.sh" "$BIN_FOLDER/sql-client.sh"
chmod +x "$BIN_FOLDER/sql-client.sh"
