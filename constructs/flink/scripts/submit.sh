#!/usr/bin/env bash
# Submits a SQL script as one job, once per content. If the content changes, the new job takes over from the
# old one. It talks to the REST API of the JobManager (flink.apache.org, "REST API") in bash only, because the
# image has no other client for it. A job is found by its name, `NAME@HASH`.
#
# Environment: JOB_NAME, JOB_HASH, SCRIPT (file), REST_HOST, REST_PORT, SQL_GATEWAY (address), SQL_CLIENT
# (program), SAVEPOINTS (folder), SAVEPOINT_POLICY, WORK_DIR, WAIT_SECONDS, and for tests PAUSE_SECONDS.
# Exit codes: 0 the job runs or has finished; 1 it could not be submitted, a retry may help; 3 Flink rejected
# it, a retry does not help.
set -uo pipefail
trap 'exit 143' TERM
deadline=$((SECONDS + WAIT_SECONDS))

say() { echo "$JOB_NAME: $*"; }
fail() { say "$2" >&2; exit "$1"; }

# Prints the body of the response; fails without one.
request() { # METHOD PATH [BODY]
  local body=${3-} answer
  exec 3<>"/dev/tcp/$REST_HOST/$REST_PORT" || return 1
  printf '%s %s HTTP/1.0\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s' \
    "$1" "$2" "$REST_HOST" "${#body}" "$body" >&3
  answer=$(cat <&3)
  exec 3<&-
  [ -n "$answer" ] && printf '%s' "${answer#*$'\r\n\r\n'}"
}

# Prints the first text or number with this name in the JSON on standard input.
field() { # NAME
  grep -oE "\"$1\": *(\"([^\"\\\\]|\\\\.)*\"|[0-9]+)" | head -n 1 | sed -E 's/^"[^"]*": *//; s/^"(.*)"$/\1/'
}
pause() { sleep "${PAUSE_SECONDS:-2}" & wait $!; }
within() { [ "$SECONDS" -lt "$deadline" ]; }

# Prints START ID STATE NAME of each job of this name, the newest first.
jobs_of_this_name() {
  local overview
  overview=$(request GET /jobs/overview 2>/dev/null) || return 1
  [[ $overview == *'"jobs"'* ]] || return 1
  # shellcheck disable=SC2001 # The parameter expansion would be hard to read.
  sed 's/{"jid"/\n{"jid"/g' <<<"$overview" | grep '^{"jid"' | while IFS= read -r job; do
    echo "$(field start-time <<<"$job") $(field jid <<<"$job") $(field state <<<"$job") $(field name <<<"$job")"
  done | grep -F " $JOB_NAME@" | sort -rn || true
}
state_of() { request GET "/jobs/$1" 2>/dev/null | field state; }

until jobs=$(jobs_of_this_name); do
  within || fail 1 "the JobManager at http://$REST_HOST:$REST_PORT did not answer within $WAIT_SECONDS s. Is its pod ready?"
  say "waiting for the JobManager at http://$REST_HOST:$REST_PORT"
  pause
done

read -r _ id state name <<<"$jobs" || true
if [ "${name-}" = "$JOB_NAME@$JOB_HASH" ]; then
  case $state in
    FAILED | CANCELED) say "job $id of this script is $state: submitting it again" ;;
    FINISHED) say "job $id of this script has finished"; exit 0 ;;
    *) say "job $id of this script already exists: $state"; exit 0 ;;
  esac
fi

# Prints the address of the savepoint.
stop_with_savepoint() { # ID
  local trigger status cause
  trigger=$(request POST "/jobs/$1/stop" "{\"targetDirectory\":\"$SAVEPOINTS\",\"drain\":false}" | field request-id)
  [ -n "$trigger" ] || return 1
  # Asked at least once, so that a failure is reported even at the end of the time limit.
  while true; do
    status=$(request GET "/jobs/$1/savepoints/$trigger")
    case $status in
      *'"failure-cause"'*)
        cause=$(grep -oE 'Caused by: [^\"]*' <<<"$status" | tail -n 1)
        say "job $1 has no savepoint yet: ${cause:-$(field class <<<"$status")}" >&2
        return 1
        ;;
      *'"COMPLETED"'*) field location <<<"$status"; return 0 ;;
    esac
    within || return 1
    pause
  done
}

# Prints the savepoint of a job that was stopped; nothing if it has none.
last_savepoint() { # ID
  local savepoint
  savepoint=$(request GET "/jobs/$1/checkpoints" 2>/dev/null | grep -oE '"savepoint": *\{[^}]*\}' | tail -n 1 | field external_path)
  [ "$savepoint" = null ] || printf '%s' "$savepoint"
}

restore=
while read -r _ id state name; do
  [ -n "${id-}" ] || continue
  case $state in
    FAILED | CANCELED) ;;
    FINISHED)
      # An earlier try of this script may have stopped it before submitting the new job. Its state must not be
      # lost.
      [ "$SAVEPOINT_POLICY" = fresh ] || [ -n "$restore" ] || restore=$(last_savepoint "$id")
      ;;
    *)
      if [ "$SAVEPOINT_POLICY" = fresh ]; then
        say "the script has changed: cancelling job $id"
        request PATCH "/jobs/$id?mode=cancel" >/dev/null
        while within && [[ ! $(state_of "$id") =~ ^(CANCELED|FINISHED|FAILED)$ ]]; do pause; done
      else
        say "the script has changed: stopping job $id with a savepoint"
        # A job whose tasks are still starting cannot make a savepoint yet.
        until restore=$(stop_with_savepoint "$id"); do
          within ||
            fail 1 "job $id did not stop with a savepoint in $SAVEPOINTS and keeps running. Is the folder writable, and are all tasks of the job running?"
          pause
        done
        while within && [ "$(state_of "$id")" != FINISHED ]; do pause; done
        say "the savepoint is $restore"
      fi
      ;;
  esac
  # Jobs that are older than the newest one with state do not matter.
  [ -z "$restore" ] || break
done <<<"$jobs"

{
  if [ -n "$restore" ]; then
    echo "SET 'execution.state-recovery.path' = '$restore';"
    [ "$SAVEPOINT_POLICY" != drop-unmatched ] || echo "SET 'execution.state-recovery.ignore-unclaimed-state' = 'true';"
  fi
  cat "$SCRIPT"
} >"$WORK_DIR/job.sql"

# Prints the id of a new job of this script. After a revert, the list also has the old job of the same script.
before=$jobs
started_job() {
  local job
  job=$(jobs_of_this_name | grep -F "@$JOB_HASH" | cut -d ' ' -f 2 | grep -vF "$(cut -d ' ' -f 2 <<<"${before:-none none}")" | head -n 1)
  [ -n "$job" ] && echo "$job"
}

say "submitting the script to $SQL_GATEWAY"
until timeout 120 "$SQL_CLIENT" gateway --endpoint "$SQL_GATEWAY" --file "$WORK_DIR/job.sql" >"$WORK_DIR/output" 2>&1; status=$?
  cat "$WORK_DIR/output"
  submitted=$(started_job); do
  # A wrong script stays wrong. A gateway that does not answer may come up.
  if ! grep -qiE 'connection refused|connect timed out|unknownhost|failed to (create|connect)|unreachable' "$WORK_DIR/output"; then
    [ "$status" -eq 0 ] && grep -q '\[ERROR\]' "$WORK_DIR/output" && fail 3 'Flink rejected the script, see above'
    [ "$status" -ne 0 ] && fail 3 "sql-client.sh failed with exit code $status, see above"
  fi
  within || fail 1 "the job did not start within $WAIT_SECONDS s"
  pause
done

# Whether no task of a job is still starting, according to the JobManager's description of the job.
tasks_run() { # JOB
  # "timestamps" has the same names, so look only at "tasks".
  local tasks
  tasks=$(grep -oE '"tasks": *\{[^}]*\}' <<<"$1") && ! grep -qE '"(CREATED|SCHEDULED|DEPLOYING|INITIALIZING)": *[1-9]' <<<"$tasks"
}

id=$submitted
state=
while within; do
  job=$(request GET "/jobs/$id" 2>/dev/null)
  state=$(field state <<<"$job")
  case $state in
    RUNNING | FINISHED)
      # Tasks restore their state after the job is reported as RUNNING.
      if [ "$state" = FINISHED ] || [ -z "$restore" ] || tasks_run "$job"; then say "job $id is $state"; exit 0; fi
      ;;
    FAILED | FAILING | CANCELED)
      request GET "/jobs/$id/exceptions" | field root-exception | sed 's/\\n/\n/g; s/\\t/  /g' | grep -E '^[A-Za-z]|Caused by' | head -n 12 >&2
      [ -z "$restore" ] ||
        say "it started with the state in $restore. If that does not fit the changed script, set savepointPolicy to 'drop-unmatched' or 'fresh'." >&2
      fail 3 "job $id is $state"
      ;;
  esac
  pause
done
fail 1 "job $id is ${state:-unknown} after $WAIT_SECONDS s. Are there free task slots?"
