# Starting, finding and ending the processes of the comparisons; read by the scripts beside it. Everything that is
# started is in `pids` and ended by its number.

declare -A pids=()     # by name
declare -A measured=() # by name: the process whose CPU time counts, where it is not the one that was started

fail() {
  echo "${0##*/}: $*" >&2
  exit 1
}

cleanup() {
  local pid
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}

# launch NAME PROCESSORS COMMAND...
launch() {
  local name=$1 processors=$2
  shift 2
  taskset -c "$processors" "$@" >"$work/$name.out" 2>&1 &
  pids[$name]=$!
}

stop() { # NAME
  kill "${pids[$1]}" 2>/dev/null || true
  wait "${pids[$1]}" 2>/dev/null || true
  unset "pids[$1]"
}

is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Waits until a port takes connections; at most 60 s.
await() { # NAME PORT
  local i
  for ((i = 0; i < 600; i++)); do
    is_free "$2" || return 0
    kill -0 "${pids[$1]}" 2>/dev/null || break
    sleep 0.1
  done
  tail -n 20 "$work/$1.out" >&2
  fail "$1 does not listen on port $2"
}

# The only child of a process; at most 5 s.
child_of() { # PID
  local i child
  for ((i = 0; i < 50; i++)); do
    child=$(pgrep -P "$1" | tail -n 1)
    [ -n "$child" ] && echo "$child" && return
    sleep 0.1
  done
  fail "process $1 has no child"
}

# User and system time of a process so far, in hundredths of a second.
ticks() { awk '{ sub(/.*\) /, ""); print ($12 + $13) * 100 / '"$clock"' }' "/proc/$1/stat"; }

peak_mib() { awk '/^VmHWM/ { printf "%.1f", $2 / 1024 }' "/proc/$1/status"; }

measured_pid() { # NAME
  echo "${measured[$1]:-${pids[$1]}}"
}

# Asks at a fixed rate from the second processor, and prints a line of percentiles in us; ends with an error where an answer
# was not 2xx or the timetable could not be kept. Wants java and root; has a warm-up of its own.
fixed_rate() { # URL RATE SECONDS CONNECTIONS [FIELD...]
  timeout $(($3 + 40)) taskset -c 1 "$java" -XX:+UseSerialGC -Xms64m -Xmx64m -XX:TieredStopAtLevel=1 \
    --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -cp "$root/benchmarks/target/benchmarks.jar" \
    app.rcommerce.gateway.benchmarks.load.FixedRate "$@"
}
