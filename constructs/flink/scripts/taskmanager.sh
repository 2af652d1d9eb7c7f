#!/usr/bin/env bash
# Runs a TaskManager of an application once the JobManager has started the same content.
#
# Environment: JOB_NAME, CONTENT (hash of the content), STATE_FOLDER, FLINK_BIN, POD_NAMESPACE, and for tests
# PAUSE_SECONDS.
# Exit codes: 1 another content has replaced this one; 143 it was stopped.
set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=generation.sh
. "${BASH_SOURCE[0]%/*}/generation.sh"

number='' found=''
trap 'exit 143' TERM INT
until generation=$(current) && read -r number found _ <<<"$generation" && [ "$found" = "$CONTENT" ]; do
  say "waiting for the JobManager to start this script"
  sleep "${PAUSE_SECONDS:-2}" & wait $!
done
options=()
generation_options "$number"
"$FLINK_BIN/taskmanager.sh" start-foreground "${options[@]}" &
flink=$!
trap 'kill -TERM "$flink" 2>/dev/null' TERM INT
run_while_current "$flink" "$generation"
