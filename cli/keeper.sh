#!/bin/sh
# keeper.sh GRACE_SECONDS COMMAND [ARGUMENT]...
# Runs a command without input and exits with its code. When standard input, a pipe to the supervisor, closes,
# the supervisor is gone: the command gets SIGTERM and, after GRACE_SECONDS, SIGKILL.
set -u

grace=$1
shift

trap : TERM INT HUP
exec 3<&0
"$@" </dev/null 3<&- &
command=$!
{
  trap '' TERM INT HUP
  read -r _ <&3
  kill -TERM $command
  seconds=0
  while kill -0 $command && [ $seconds -lt "$grace" ]; do
    sleep 1
    seconds=$((seconds + 1))
  done
  kill -KILL $command
} 2>/dev/null &
watcher=$!
# A signal to this shell ends wait early.
wait $command
code=$?
while kill -0 $command 2>/dev/null; do
  wait $command
  code=$?
done
kill -KILL $watcher 2>/dev/null
exit $code
