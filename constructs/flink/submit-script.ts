/**
 * Submits a SQL script as one job, once per content, and lets a new content take over from the old one. Bash alone speaks to the
 * JobManager's REST API (flink.apache.org, "REST API"): the image has no other client for it. A job is known by its name,
 * `NAME@HASH`.
 *
 * Exit codes: 0 the job runs, or ran; 1 it could not be submitted, a retry may help; 3 the JobManager refused it, a retry would not help.
 */
export const SUBMIT_SCRIPT = `#!/usr/bin/env bash
set -uo pipefail
trap 'exit 143' TERM
deadline=$((SECONDS + WAIT_SECONDS))

say() { echo "$JOB_NAME: $*"; }
fail() { say "$2" >&2; exit "$1"; }

request() { # METHOD PATH [BODY]: prints the body of the answer; fails without one
  local body=\${3-} answer
  exec 3<>"/dev/tcp/$REST_HOST/$REST_PORT" || return 1
  printf '%s %s HTTP/1.0\\r\\nHost: %s\\r\\nContent-Type: application/json\\r\\nContent-Length: %d\\r\\n\\r\\n%s' \\
    "$1" "$2" "$REST_HOST" "\${#body}" "$body" >&3
  answer=$(cat <&3)
  exec 3<&-
  [ -n "$answer" ] && printf '%s' "\${answer#*$'\\r\\n\\r\\n'}"
}
field() { # NAME: the first text or number of that name in the JSON on standard input
  grep -oE "\\"$1\\": *(\\"([^\\"\\\\\\\\]|\\\\\\\\.)*\\"|[0-9]+)" | head -n 1 | sed -E 's/^"[^"]*": *//; s/^"(.*)"$/\\1/'
}
pause() { sleep "\${PAUSE_SECONDS:-2}" & wait $!; }
within() { [ "$SECONDS" -lt "$deadline" ]; }

jobs_of_this_name() { # START ID STATE NAME, the newest first
  local overview
  overview=$(request GET /jobs/overview 2>/dev/null) || return 1
  [[ $overview == *'"jobs"'* ]] || return 1
  sed 's/{"jid"/\\n{"jid"/g' <<<"$overview" | grep '^{"jid"' | while IFS= read -r job; do
    echo "$(field start-time <<<"$job") $(field jid <<<"$job") $(field state <<<"$job") $(field name <<<"$job")"
  done | grep -F " $JOB_NAME@" | sort -rn || true
}
state_of() { request GET "/jobs/$1" 2>/dev/null | field state; }

until jobs=$(jobs_of_this_name); do
  within || fail 1 "no answer of the JobManager at http://$REST_HOST:$REST_PORT within $WAIT_SECONDS s; is its pod ready?"
  say "waiting for the JobManager at http://$REST_HOST:$REST_PORT"
  pause
done

read -r _ id state name <<<"$jobs" || true
if [ "\${name-}" = "$JOB_NAME@$JOB_HASH" ]; then
  case $state in
    FAILED | CANCELED) say "job $id of this script is $state: submitting it anew" ;;
    FINISHED) say "job $id of this script has run to its end"; exit 0 ;;
    *) say "job $id of this script is there already: $state"; exit 0 ;;
  esac
fi

stop_with_savepoint() { # ID: prints the savepoint's address
  local trigger status cause
  trigger=$(request POST "/jobs/$1/stop" "{\\"targetDirectory\\":\\"$SAVEPOINTS\\",\\"drain\\":false}" | field request-id)
  [ -n "$trigger" ] || return 1
  while within; do
    status=$(request GET "/jobs/$1/savepoints/$trigger")
    case $status in
      *'"failure-cause"'*)
        cause=$(grep -oE 'Caused by: [^\\\\"]*' <<<"$status" | tail -n 1)
        say "no savepoint of job $1 yet: \${cause:-$(field class <<<"$status")}" >&2
        return 1
        ;;
      *'"COMPLETED"'*) field location <<<"$status"; return 0 ;;
    esac
    pause
  done
  return 1
}
last_savepoint() { # ID: where a job that was stopped left its state; nothing when it left none
  local savepoint
  savepoint=$(request GET "/jobs/$1/checkpoints" 2>/dev/null | grep -oE '"savepoint": *\\{[^}]*\\}' | tail -n 1 | field external_path)
  [ "$savepoint" = null ] || printf '%s' "$savepoint"
}

restore=
while read -r _ id state name; do
  [ -n "\${id-}" ] || continue
  case $state in
    FAILED | CANCELED) ;;
    FINISHED)
      # Stopped by a try of this script that did not come to submitting: its state must not be lost.
      [ "$SAVEPOINT_POLICY" = fresh ] || [ -n "$restore" ] || restore=$(last_savepoint "$id")
      ;;
    *)
      if [ "$SAVEPOINT_POLICY" = fresh ]; then
        say "the script has changed: cancelling job $id"
        request PATCH "/jobs/$id?mode=cancel" >/dev/null
        while within && [[ ! $(state_of "$id") =~ ^(CANCELED|FINISHED|FAILED)$ ]]; do pause; done
      else
        say "the script has changed: stopping job $id with a savepoint"
# A job whose tasks are still starting cannot make one yet.
        until restore=$(stop_with_savepoint "$id"); do
          within ||
            fail 1 "job $id did not stop with a savepoint in $SAVEPOINTS; it goes on as it was. Is the folder writable, and are all its tasks running?"
          pause
        done
        while within && [ "$(state_of "$id")" != FINISHED ]; do pause; done
        say "its savepoint is $restore"
      fi
      ;;
  esac
  # Jobs before the newest that left something behind are history.
  [ -z "$restore" ] || break
done <<<"$jobs"

{
  if [ -n "$restore" ]; then
    echo "SET 'execution.state-recovery.path' = '$restore';"
    [ "$SAVEPOINT_POLICY" != drop-unmatched ] || echo "SET 'execution.state-recovery.ignore-unclaimed-state' = 'true';"
  fi
  cat "$SCRIPT"
} >"$WORK_DIR/job.sql"

# A script that is taken back to what it was before finds its own old job in the list.
before=$jobs
started_job() { # prints the id of a job of this script that was not there before
  local job
  job=$(jobs_of_this_name | grep -F "@$JOB_HASH" | cut -d ' ' -f 2 | grep -vF "$(cut -d ' ' -f 2 <<<"\${before:-none none}")" | head -n 1)
  [ -n "$job" ] && echo "$job"
}

say "submitting it to $SQL_GATEWAY"
until timeout 120 "$SQL_CLIENT" gateway --endpoint "$SQL_GATEWAY" --file "$WORK_DIR/job.sql" >"$WORK_DIR/output" 2>&1; status=$?
  cat "$WORK_DIR/output"
  submitted=$(started_job); do
  # A wrong script stays wrong; a gateway that does not answer may come up.
  if ! grep -qiE 'connection refused|connect timed out|unknownhost|failed to (create|connect)|unreachable' "$WORK_DIR/output"; then
    [ "$status" -eq 0 ] && grep -q '\\[ERROR\\]' "$WORK_DIR/output" && fail 3 'the script is refused, see above'
    [ "$status" -ne 0 ] && fail 3 "sql-client.sh ended with $status, see above"
  fi
  within || fail 1 "no job within $WAIT_SECONDS s"
  pause
done

tasks_run() { # JOB: whether none of the tasks of a job, as the JobManager describes it, is still starting
  # "timestamps" has the same names.
  local tasks
  tasks=$(grep -oE '"tasks": *\\{[^}]*\\}' <<<"$1") && ! grep -qE '"(CREATED|SCHEDULED|DEPLOYING|INITIALIZING)": *[1-9]' <<<"$tasks"
}

id=$submitted
state=
while within; do
  job=$(request GET "/jobs/$id" 2>/dev/null)
  state=$(field state <<<"$job")
  case $state in
    RUNNING | FINISHED)
      # Tasks take up their state after the job is called running.
      if [ "$state" = FINISHED ] || [ -z "$restore" ] || tasks_run "$job"; then say "job $id is $state"; exit 0; fi
      ;;
    FAILED | FAILING | CANCELED)
      request GET "/jobs/$id/exceptions" | field root-exception | sed 's/\\\\n/\\n/g; s/\\\\t/  /g' | grep -E '^[A-Za-z]|Caused by' | head -n 12 >&2
      [ -z "$restore" ] ||
        say "it began with the state of $restore. Where that does not fit the changed script, set savepointPolicy to 'drop-unmatched' or 'fresh'." >&2
      fail 3 "job $id is $state"
      ;;
  esac
  pause
done
fail 1 "job $id is \${state:-unknown} after $WAIT_SECONDS s: are there free slots?"
`;
