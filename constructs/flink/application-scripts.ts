/**
 * Shell scripts of a job's own JobManager and TaskManagers. They use what the official image has: bash, coreutils, findutils.
 *
 * All that a job keeps is in one folder of the volume, STATE_FOLDER. Each content of the job (script, policy, image, options) is a generation
 * with a number of its own, and all that Flink writes for it is in the folder of that number:
 *
 *   generation            the one that runs: "NUMBER CONTENT SINCE", SINCE being the first whose state may be taken up
 *   NUMBER/checkpoints, NUMBER/savepoints, NUMBER/high-availability
 *   NUMBER/finished       the script has run to its end
 *
 * What decides this (seen with Flink 2.3.0):
 * - High availability finds a job by the cluster's id, and an id with a job in it brings back that job's old graph, or leaves it
 *   behind beside the new one. So a changed script needs an id that was never used before, also when it is changed back.
 * - TaskManagers find their JobManager by the same id: those of another generation cannot run tasks of this one.
 * - A job that fails for good takes its high availability data with it, and its process is started anew: where to begin is therefore
 *   looked up at every start. Where there is high availability data of the generation, Flink begins with that.
 * - A checkpoint is complete when it has `_metadata`, which is renamed into place.
 */

const COMMON = `#!/usr/bin/env bash
set -uo pipefail
say() { echo "$JOB_NAME: $*"; }
current() { cat "$STATE_FOLDER/generation" 2>/dev/null; }

# Options that only the generation knows.
generation_options() { # NUMBER
  local folder="$STATE_FOLDER/$1"
  options=(
    -D "kubernetes.namespace=$POD_NAMESPACE"
    -D "kubernetes.cluster-id=$JOB_NAME-$1"
    -D "high-availability.cluster-id=$JOB_NAME-$1"
    -D "high-availability.storageDir=file://$folder/high-availability"
    -D "execution.checkpointing.dir=file://$folder/checkpoints"
    -D "execution.checkpointing.savepoint-dir=file://$folder/savepoints"
  )
}

# Waits for a process, and ends it when another generation has replaced it: its Deployment has yet to notice, or could not.
run_while_current() { # PROCESS GENERATION: its exit status
  local status watcher now
  while sleep "\${PAUSE_SECONDS:-5}" >/dev/null 2>&1; do
    # A volume that does not answer for a moment says nothing.
    { now=$(current) && [ -n "$now" ] && [ "$now" != "$2" ]; } || continue
    say "the script has changed: this process is of the one before and ends"
    kill -TERM "$1"
    break
  done &
  watcher=$!
  wait_for "$1"; status=$?
  kill "$watcher" 2>/dev/null
  wait "$watcher" 2>/dev/null
  return "$status"
}

wait_for() { # PROCESS: its exit status, whatever signals come while waiting
  local status
  wait "$1"; status=$?
  while kill -0 "$1" 2>/dev/null; do wait "$1"; status=$?; done
  return "$status"
}
`;

/**
 * Runs the script as an application of Flink, beginning with the last state that there is. Exit codes: 0 the script has run to its
 * end; 1 it failed, and the last lines say why; 143 it was ended.
 */
export const APPLICATION_JOB_MANAGER = `${COMMON}
fail() { say "$*" >&2; exit 1; }
shopt -s nullglob

mkdir -p "$STATE_FOLDER" || fail "cannot write $STATE_FOLDER: the volume has to belong to group $(id -g)"
number=0 content= since=0
if [ -e "$STATE_FOLDER/generation" ]; then
  read -r number content since <<<"$(current)"
  [[ $number =~ ^[0-9]+$ && $since =~ ^[0-9]+$ ]] ||
    fail "$STATE_FOLDER/generation says '$(current)'; expected NUMBER CONTENT NUMBER. Correct it: the first is the highest of the folders beside it"
fi
if [ "$content" != "$CONTENT" ]; then
  number=$((number + 1))
  [ "$SAVEPOINT_POLICY" != fresh ] || since=$number
  # On the disk, then renamed into place: a crash leaves the old one or the new one.
  echo "$number $CONTENT $since" >"$STATE_FOLDER/generation.new" && sync "$STATE_FOLDER/generation.new" && mv "$STATE_FOLDER/generation.new" "$STATE_FOLDER/generation" ||
    fail "cannot write $STATE_FOLDER/generation: is the volume full?"
  # Their ids do not come back. Their checkpoints stay: Flink removes those that it has taken up and no longer needs.
  rm -rf "$STATE_FOLDER"/[0-9]*/high-availability
fi
generation=$(current)
finished="$STATE_FOLDER/$number/finished"
if [ -e "$finished" ]; then
  say "the script has run to its end; to run it again change it, or remove $finished"
  exit 0
fi

newest_state() { # folder of the newest complete checkpoint or savepoint that may be taken up; nothing when there is none
  local folder
  for folder in "$STATE_FOLDER"/[0-9]*; do
    [ "\${folder##*/}" -lt "$since" ] || find "$folder/checkpoints" "$folder/savepoints" -name _metadata -printf '%T@ %h\\n' 2>/dev/null
  done | sort -rn | head -n 1 | cut -d ' ' -f 2-
}

generation_options "$number"
restore=$(newest_state)
{
  # In the script, as standalone-job.sh knows no claim mode and overwrites that of its options.
  if [ -n "$restore" ]; then
    # A savepoint stays, as somebody made it; a checkpoint is the job's own, and goes when it is no longer needed.
    claim=CLAIM
    [[ $restore != */savepoints/* ]] || claim=NO_CLAIM
    echo "SET 'execution.state-recovery.path' = 'file://$restore';"
    echo "SET 'execution.state-recovery.claim-mode' = '$claim';"
    [ "$SAVEPOINT_POLICY" != drop-unmatched ] || echo "SET 'execution.state-recovery.ignore-unclaimed-state' = 'true';"
  fi
  cat "$SCRIPT"
} >"$WORK_DIR/job.sql" || fail "cannot write $WORK_DIR"
say "generation $number begins with \${restore:-no state}"

cause="$WORK_DIR/cause" unfit="$WORK_DIR/unfit" output="$WORK_DIR/output"
rm -f "$cause" "$unfit" "$output" && mkfifo "$output" || fail "cannot write $WORK_DIR"
"$FLINK_BIN/standalone-job.sh" start-foreground -D "jobmanager.rpc.address=$POD_IP" "\${options[@]}" \\
  --job-classname org.apache.flink.table.runtime.application.SqlDriver --scriptUri "file://$WORK_DIR/job.sql" >"$output" 2>&1 &
flink=$!
ended=
trap 'ended=yes; kill -TERM "$flink" 2>/dev/null' TERM INT

# Passes the log through and keeps the last cause of an exception, which is the first one of its chain.
while IFS= read -r line; do
  printf '%s\\n' "$line"
  case $line in
    'Caused by: '*) printf '%s\\n' "\${line#Caused by: }" >"$cause" ;;
  esac
  case $line in
    # Tasks would try it again and again.
    *StateMigrationException*) [ -e "$unfit" ] || { touch "$unfit"; kill -TERM "$flink" 2>/dev/null; } ;;
  esac
done <"$output" &
reader=$!
run_while_current "$flink" "$generation"
status=$?
wait_for "$reader"
[ -z "$ended" ] || exit 143
if [ "$status" -eq 0 ]; then
  mkdir -p "$STATE_FOLDER/$number" && touch "$finished"
  say "the script has run to its end"
  exit 0
fi
[ "$(current)" = "$generation" ] || exit 143
say "the job failed: $(cat "$cause" 2>/dev/null || echo "see the log above")" >&2
if [ -e "$unfit" ]; then
  say "state of $restore is of other types than the changed script has: set savepointPolicy to 'fresh', or take the change back" >&2
elif grep -q 'Cannot map checkpoint/savepoint state' "$cause" 2>/dev/null; then
  say "state of $restore has no place in the changed script: set savepointPolicy to 'drop-unmatched' or 'fresh', or take the change back" >&2
fi
exit 1
`;

/** Runs a TaskManager once the JobManager has taken up the same content. Exit codes: 1 the content is no longer the current one; 143 it was ended. */
export const APPLICATION_TASK_MANAGER = `${COMMON}
number= content=
trap 'exit 143' TERM INT
until generation=$(current) && read -r number content _ <<<"$generation" && [ "$content" = "$CONTENT" ]; do
  say "waiting for the JobManager to take up this script"
  sleep "\${PAUSE_SECONDS:-2}" & wait $!
done
generation_options "$number"
"$FLINK_BIN/taskmanager.sh" start-foreground "\${options[@]}" &
flink=$!
trap 'kill -TERM "$flink" 2>/dev/null' TERM INT
run_while_current "$flink" "$generation"
`;
