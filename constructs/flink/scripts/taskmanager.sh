#!/usr/bin/env bash
# Runs a TaskManager of an application once the JobManager has started the same content.
#
# Environment: see generation.sh; CONTENT (hash of the content), WORK_DIR.
# Exit codes: 1 the folder of the job cannot be read; 143 it was stopped; else that of Flink.
set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=generation.sh
. "${BASH_SOURCE[0]%/*}/generation.sh"

waiting=''
trap 'kill "$waiting" 2>/dev/null; exit 143' TERM INT
"${generations[@]}" await "$STATE_FOLDER" "$CONTENT" 2 "$WORK_DIR/number" &
waiting=$!
wait "$waiting" || fail "cannot find the generation of this job in $STATE_FOLDER, see above"
read -r number <"$WORK_DIR/number"
trap - TERM INT
options=()
generation_options "$number"
exec "$FLINK_HOME/bin/taskmanager.sh" start-foreground "${options[@]}"
