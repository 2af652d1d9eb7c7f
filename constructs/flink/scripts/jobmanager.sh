#!/usr/bin/env bash
# Runs a SQL script as a Flink application, starting with the newest state that may be restored.
#
# Environment: JOB_NAME, CONTENT (hash of the content), SAVEPOINT_POLICY, STATE_FOLDER, SCRIPT (file),
# FLINK_BIN, WORK_DIR, POD_IP, POD_NAMESPACE.
# Exit codes: 0 the script has finished; 1 it failed, the last lines of the log say why; 143 it was stopped.
set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=generation.sh
. "${BASH_SOURCE[0]%/*}/generation.sh"
fail() { say "$*" >&2; exit 1; }
shopt -s nullglob

mkdir -p "$STATE_FOLDER" || fail "cannot write $STATE_FOLDER: the volume must belong to group $(id -g)"
number=0 found='' since=0
if [ -e "$STATE_FOLDER/generation" ]; then
  read -r number found since <<<"$(current)"
  [[ $number =~ ^[0-9]+$ && $since =~ ^[0-9]+$ ]] ||
    fail "$STATE_FOLDER/generation contains '$(current)'; expected NUMBER CONTENT NUMBER. Correct it: the first number is that of the newest folder next to it"
fi
if [ "$found" != "$CONTENT" ]; then
  number=$((number + 1))
  [ "$SAVEPOINT_POLICY" != fresh ] || since=$number
  # Written to disk, then renamed: after a crash the file is either the old one or the new one.
  { echo "$number $CONTENT $since" >"$STATE_FOLDER/generation.new" && sync "$STATE_FOLDER/generation.new" &&
    mv "$STATE_FOLDER/generation.new" "$STATE_FOLDER/generation"; } ||
    fail "cannot write $STATE_FOLDER/generation: is the volume full?"
  # The ids of older generations are never used again. Their checkpoints stay: Flink deletes those that it
  # restored once they are no longer needed.
  rm -rf "$STATE_FOLDER"/[0-9]*/high-availability
fi
generation=$(current)
finished="$STATE_FOLDER/$number/finished"
if [ -e "$finished" ]; then
  say "the script has finished; to run it again, change it or remove $finished"
  exit 0
fi

# Prints the folder of the newest complete checkpoint or savepoint that may be restored; nothing if there is
# none.
newest_state() {
  local folder
  for folder in "$STATE_FOLDER"/[0-9]*; do
    [ "${folder##*/}" -lt "$since" ] ||
      find "$folder/checkpoints" "$folder/savepoints" -name _metadata -printf '%T@ %h\n' 2>/dev/null
  done | sort -rn | head -n 1 | cut -d ' ' -f 2-
}

options=()
generation_options "$number"
restore=$(newest_state)
{
  # These are part of the script, because standalone-job.sh has no claim mode and overwrites the one in its
  # options.
  if [ -n "$restore" ]; then
    # A savepoint belongs to the user and stays. A checkpoint belongs to the job, which deletes it when it is
    # no longer needed.
    claim=CLAIM
    [[ $restore != */savepoints/* ]] || claim=NO_CLAIM
    echo "SET 'execution.state-recovery.path' = 'file://$restore';"
    echo "SET 'execution.state-recovery.claim-mode' = '$claim';"
    [ "$SAVEPOINT_POLICY" != drop-unmatched ] || echo "SET 'execution.state-recovery.ignore-unclaimed-state' = 'true';"
  fi
  cat "$SCRIPT"
} >"$WORK_DIR/job.sql" || fail "cannot write $WORK_DIR"
say "generation $number starts with ${restore:-no state}"

cause="$WORK_DIR/cause" unfit="$WORK_DIR/unfit" output="$WORK_DIR/output"
{ rm -f "$cause" "$unfit" "$output" && mkfifo "$output"; } || fail "cannot write $WORK_DIR"
"$FLINK_BIN/standalone-job.sh" start-foreground -D "jobmanager.rpc.address=$POD_IP" "${options[@]}" \
  --job-classname org.apache.flink.table.runtime.application.SqlDriver --scriptUri "file://$WORK_DIR/job.sql" >"$output" 2>&1 &
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
run_while_current "$flink" "$generation"
status=$?
wait_for "$reader"
[ -z "$stopped" ] || exit 143
if [ "$status" -eq 0 ]; then
  mkdir -p "$STATE_FOLDER/$number" && touch "$finished"
  say "the script has finished"
  exit 0
fi
[ "$(current)" = "$generation" ] || exit 143
say "the job failed: $(cat "$cause" 2>/dev/null || echo "see the log above")" >&2
if [ -e "$unfit" ]; then
  say "the state in $restore has other types than the changed script: set savepointPolicy to 'fresh', or revert the change" >&2
elif grep -q 'Cannot map checkpoint/savepoint state' "$cause" 2>/dev/null; then
  say "the state in $restore does not fit the changed script: set savepointPolicy to 'drop-unmatched' or 'fresh', or revert the change" >&2
fi
exit 1
