#!/usr/bin/env bash
# What the JobManager and the TaskManagers of an application share. It uses what the official image has (bash,
# coreutils), and lib/generations.jar, which keeps the generations of the job in STATE_FOLDER (flink/generations
# of the repository describes the folder).
#
# Reasons for generations (seen with Flink 2.3.0):
# - High availability finds a job by the id of the cluster. If that id already has a job, Flink restores the
#   old job graph or leaves the old job next to the new one. So a changed job needs an id that was never used,
#   even if the change is a revert.
# - TaskManagers find their JobManager by the same id, so TaskManagers of another generation cannot run tasks
#   of this one.
# - A job that fails terminally deletes its high availability data, and its process restarts. So the state to
#   restore is looked up at every start. If the generation has high availability data, Flink uses that data
#   instead.
#
# Environment: JOB_NAME, STATE_FOLDER (address), FLINK_HOME, FLINK_CONF_DIR, POD_NAMESPACE.

say() { echo "$JOB_NAME: $*"; }
fail() { say "$*" >&2; exit 1; }

[ -e "$FLINK_HOME/lib/generations.jar" ] ||
  fail "the image has no $FLINK_HOME/lib/generations.jar: base it on kafka-flink-cluster/flink"

export FLINK_PLUGINS_DIR="$FLINK_HOME/plugins"
# The program and its first arguments. Not a function, because its process is stopped by its id.
# shellcheck disable=SC2034 # The scripts that source this file use it.
generations=("${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx96m -XX:+UseSerialGC -XX:TieredStopAtLevel=1
  "-Dlog4j.configurationFile=$FLINK_CONF_DIR/log4j-cli.properties" -cp "$FLINK_HOME/lib/*" generations.Main)

# Sets `options` to the Flink options of a generation.
generation_options() { # NUMBER
  local folder="$STATE_FOLDER/$1"
  # shellcheck disable=SC2034 # The scripts that source this file use it.
  options=(
    -D "kubernetes.namespace=$POD_NAMESPACE"
    -D "kubernetes.cluster-id=$JOB_NAME-$1"
    -D "high-availability.cluster-id=$JOB_NAME-$1"
    -D "high-availability.storageDir=$folder/high-availability"
    -D "execution.checkpointing.dir=$folder/checkpoints"
    -D "execution.checkpointing.savepoint-dir=$folder/savepoints"
  )
}
