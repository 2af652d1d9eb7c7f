#!/usr/bin/env bash
# What the JobManager and the TaskManagers of an application share. It uses what the official image has: bash,
# coreutils, findutils.
#
# The volume has one folder per job, STATE_FOLDER. Each content of the job (script, policy, image, options) is
# a generation with its own number. Flink writes everything of a generation into the folder of its number:
#
#   generation        the current generation: "NUMBER CONTENT SINCE"; only state since SINCE may be restored
#   NUMBER/checkpoints, NUMBER/savepoints, NUMBER/high-availability
#   NUMBER/finished   the script has finished
#
# Reasons for this design (seen with Flink 2.3.0):
# - High availability finds a job by the id of the cluster. If that id already has a job, Flink restores the
#   old job graph or leaves the old job next to the new one. So a changed script needs an id that was never
#   used, even if the change is a revert.
# - TaskManagers find their JobManager by the same id, so TaskManagers of another generation cannot run tasks
#   of this one.
# - A job that fails terminally deletes its high availability data, and its process restarts. So the state to
#   restore is looked up at every start. If the generation has high availability data, Flink uses that data
#   instead.
# - A checkpoint is complete once it has `_metadata`, which Flink renames into place.
#
# Environment: JOB_NAME, STATE_FOLDER, POD_NAMESPACE, and for tests PAUSE_SECONDS.

say() { echo "$JOB_NAME: $*"; }
current() { cat "$STATE_FOLDER/generation" 2>/dev/null; }

# Sets `options` to the Flink options of a generation.
generation_options() { # NUMBER
  local folder="$STATE_FOLDER/$1"
  # shellcheck disable=SC2034 # The scripts that source this file use it.
  options=(
    -D "kubernetes.namespace=$POD_NAMESPACE"
    -D "kubernetes.cluster-id=$JOB_NAME-$1"
    -D "high-availability.cluster-id=$JOB_NAME-$1"
    -D "high-availability.storageDir=file://$folder/high-availability"
    -D "execution.checkpointing.dir=file://$folder/checkpoints"
    -D "execution.checkpointing.savepoint-dir=file://$folder/savepoints"
  )
}

# Waits for a process and returns its exit status. Stops the process if another generation replaces it,
# because its Deployment may not have stopped it yet.
run_while_current() { # PROCESS GENERATION
  local status watcher now
  while sleep "${PAUSE_SECONDS:-5}" >/dev/null 2>&1; do
    # A volume that does not answer for a moment means nothing.
    { now=$(current) && [ -n "$now" ] && [ "$now" != "$2" ]; } || continue
    say "the script has changed: stopping this process, which runs the previous script"
    kill -TERM "$1"
    break
  done &
  watcher=$!
  wait_for "$1"; status=$?
  kill "$watcher" 2>/dev/null
  wait "$watcher" 2>/dev/null
  return "$status"
}

# Waits for a process and returns its exit status, even if signals arrive meanwhile.
wait_for() { # PROCESS
  local status
  wait "$1"; status=$?
  while kill -0 "$1" 2>/dev/null; do wait "$1"; status=$?; done
  return "$status"
}
