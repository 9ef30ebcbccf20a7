# Runs one task and writes down its exit code, also while no agent lives.
# Arguments: run directory, stdout file, stderr file, cgroup.procs files, ulimits as "flag soft hard", the command.
run=$1 out=$2 err=$3 groups=$4 limits=$5
shift 5
# A stop signal goes to the whole process group, this shell included: a trap that does nothing keeps the shell alive
# and, unlike ignoring, is reset in the task. The task runs in the foreground, where a shell waits to the end and
# leaves SIGINT and SIGQUIT as they are.
trap : 1 2 3 10 12 13 14 15
echo "$$" >"$run/supervisor"
# A shell says "Terminated" when its command dies: those words are not the task's.
exec </dev/null >/dev/null 2>&1
/bin/sh -c '
run=$1 groups=$2 limits=$3
shift 3
for file in $groups; do echo "$$" >"$file"; done
set -f
while [ -n "$limits" ]; do
  rest=${limits#*,}; one=${limits%%,*}
  [ "$rest" = "$limits" ] && rest=
  limits=$rest
  ulimit -S -${one%% *} "$(set -- $one; echo "$2")" && ulimit -H -${one%% *} "$(set -- $one; echo "$3")"
done
echo "$$" >"$run/pid"
unset run groups limits rest one file
exec "$@"
' sh "$run" "$groups" "$limits" "$@" >>"$out" 2>>"$err"
code=$?
# The environment is the one of the task, so its PATH cannot be relied on.
PATH=/usr/bin:/bin
echo "$code" >"$run/exit.new" && mv -f "$run/exit.new" "$run/exit" || echo "$code" >"$run/exit"
