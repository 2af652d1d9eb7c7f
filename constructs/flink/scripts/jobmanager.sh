#!/usr/bin/env bash
# Runs a SQL script or a jar as a Flink application, starting with the newest state that may be restored.
#
# Environment: see generation.sh; CONTENT (hash of the content), SAVEPOINT_POLICY, SCRIPT (file) or JAR (file)
# and JOB_CLASS (optional), WORK_DIR, POD_IP. Arguments: those of the jar's main method.
# Exit codes: 0 the job has finished; 1 it failed, the last lines of the log say why; 143 it was stopped.
set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=generation.sh
. "${BASH_SOURCE[0]%/*}/generation.sh"
trap 'exit 143' TERM INT

# standalone-job.sh has no claim mode, so only a SQL script can set one. A checkpoint that is claimed belongs to
# the job, which deletes it when it is no longer needed.
[ -n "${SCRIPT-}" ] && claim=CLAIM || claim=NO_CLAIM
"${generations[@]}" start "$STATE_FOLDER" "$CONTENT" "$SAVEPOINT_POLICY" "$claim" "$WORK_DIR/start" ||
  fail "cannot start this generation of the job in $STATE_FOLDER, see above"
read -r number restore <"$WORK_DIR/start"
if [ "$restore" = finished ]; then
  say "the job has finished; to run it again, change it or remove $STATE_FOLDER/$number/finished"
  exit 0
fi

options=()
generation_options "$number"
program=()
if [ -n "${SCRIPT-}" ]; then
  {
    if [ -n "$restore" ]; then
      # A savepoint belongs to the user and stays.
      [[ $restore != */savepoints/* ]] || claim=NO_CLAIM
      echo "SET 'execution.state-recovery.path' = '$restore';"
      echo "SET 'execution.state-recovery.claim-mode' = '$claim';"
      [ "$SAVEPOINT_POLICY" != drop-unmatched ] || echo "SET 'execution.state-recovery.ignore-unclaimed-state' = 'true';"
    fi
    cat "$SCRIPT"
  } >"$WORK_DIR/job.sql" || fail "cannot write $WORK_DIR"
  program=(--job-classname org.apache.flink.table.runtime.application.SqlDriver --scriptUri "file://$WORK_DIR/job.sql")
else
  # Flink makes the folder of fetched jars even for one that is there. --jars takes all words up to the next
  # option.
  program=(-D "user.artifacts.base-dir=$WORK_DIR/artifacts" --jars "file://$JAR")
  if [ -n "$restore" ]; then
    program+=(--fromSavepoint "$restore")
    [ "$SAVEPOINT_POLICY" != drop-unmatched ] || program+=(--allowNonRestoredState)
  fi
  [ -z "${JOB_CLASS-}" ] || program+=(--job-classname "$JOB_CLASS")
  # Flink reads no options after `--`.
  program+=(-- "$@")
fi
say "generation $number starts with ${restore:-no state}"

cause="$WORK_DIR/cause" unfit="$WORK_DIR/unfit" output="$WORK_DIR/output"
{ rm -f "$cause" "$unfit" "$output" && mkfifo "$output"; } || fail "cannot write $WORK_DIR"
"$FLINK_HOME/bin/standalone-job.sh" start-foreground -D "jobmanager.rpc.address=$POD_IP" "${options[@]}" \
  "${program[@]}" >"$output" 2>&1 &
flink=$!
stopped=
trap 'stopped=yes; kill -TERM "$flink" 2>/dev/null' TERM INT

# Passes the log through, and keeps the last "Caused by" of an exception, which is the root cause.
while IFS= read -r line; do
  printf '%s\n' "$line"
  case $line in
    'Caused by: '*) printf '%s\n' "${line#Caused by: }" >"$cause" ;;
  esac
  case $line in
    # Flink would restart the tasks forever.
    *StateMigrationException*) [ -e "$unfit" ] || { touch "$unfit"; kill -TERM "$flink" 2>/dev/null; } ;;
  esac
done <"$output" &
reader=$!

# Waits for a process and returns its exit status, even if signals arrive meanwhile.
wait_for() { # PROCESS
  local status
  wait "$1"; status=$?
  while kill -0 "$1" 2>/dev/null; do wait "$1"; status=$?; done
  return "$status"
}
wait_for "$flink"
status=$?
wait_for "$reader"
[ -z "$stopped" ] || exit 143
if [ "$status" -eq 0 ]; then
  "${generations[@]}" finish "$STATE_FOLDER" "$number" || fail "the job has finished, but cannot note it in $STATE_FOLDER"
  say "the job has finished"
  exit 0
fi
say "the job failed: $(cat "$cause" 2>/dev/null || echo "see the log above")" >&2
if [ -e "$unfit" ]; then
  say "the state in $restore has other types than the changed job: set savepointPolicy to 'fresh', or revert the change" >&2
elif grep -q 'Cannot map checkpoint/savepoint state' "$cause" 2>/dev/null; then
  say "the state in $restore does not fit the changed job: set savepointPolicy to 'drop-unmatched' or 'fresh', or revert the change" >&2
fi
exit 1
