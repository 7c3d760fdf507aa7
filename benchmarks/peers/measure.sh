# Taking one figure, or a few, of one peer in one scenario; read by compare.sh. Figures are added to `results`, one a
# line: metric, scenario, peer, round, value.

note() { # METRIC SCENARIO PEER ROUND VALUE
  printf '%s\t%s\t%s\t%s\t%s\n' "$@" >>"$results"
}

# Prints what wrk says.
load() { # PEER SCENARIO SECONDS CONNECTIONS
  local out url
  url=http://127.0.0.1:$(port "$1" "$2")$path
  callers_of "$1" "$2"
  if [ ${#turn[@]} -eq 0 ]; then
    fields_of "$2"
    set -- "$1" "$2" "$3" "$4" "${fields[@]}" "$url"
  else
    set -- "$1" "$2" "$3" "$4" -s "$here/callers.lua" "$url" -- "${turn[@]}"
  fi
  out=$(timeout $(($3 + 20)) taskset -c 1 wrk -t1 -c"$4" -d"$3"s "${@:5}") ||
    fail "$1, scenario $2: wrk ended with $? (124: it had not ended 20 s after its time)"
  passed "$1" "$2" "$(awk '/requests in/ { print $1 }' <<<"$out")"
  echo "$out"
}

# The Redis of a scenario: its name among the processes, and its port.
redis_of() { # SCENARIO
  if [ "$1" = N ]; then echo "cold-redis $cold_redis_port"; else echo "redis $redis_port"; fi
}

redis_commands() { redis-cli -p "$1" info stats | awk -F: '/^total_commands_processed/ { print $2 + 0 }'; } # PORT

# What the idle ask of a Redis, a second: it is no request's.
idle_commands() { # PORT
  local before
  before=$(redis_commands "$1")
  sleep 5
  echo $((($(redis_commands "$1") - before - 1) / 5))
}

measure() { # PEER SCENARIO ROUND
  local peer=$1 scenario=$2 pid out requests refused redis at t0 t1 r0 r1 c0 c1 wall
  pid=$(measured_pid "$(name_of "$peer" "$scenario")")
  read -r redis at < <(redis_of "$scenario")
  # Until the callers are in demand again: a shop's do not all come back at once.
  [ "$lead_in" -eq 0 ] || load "$peer" "$scenario" "$lead_in" "$connections" >/dev/null
  c0=$(redis_commands "$at") r0=$(ticks "${pids[$redis]}") t0=$(ticks "$pid")
  out=$(load "$peer" "$scenario" "$seconds" "$connections")
  t1=$(ticks "$pid") r1=$(ticks "${pids[$redis]}") c1=$(redis_commands "$at")
  # By wrk's clock, which starts once it has made its requests.
  wall=$(awk '/requests in/ { print $4 + 0 }' <<<"$out")
  requests=$(awk '/requests in/ { print $1 }' <<<"$out")
  refused=$(awk '/Non-2xx/ { print $NF }' <<<"$out")
  judge "$peer" "$scenario" "$requests" "${refused:-0}"
  if grep -q 'Socket errors' <<<"$out"; then echo "$peer, scenario $scenario: $(grep 'Socket errors' <<<"$out")" >&2; fi
  awk -v idle="${idle[$redis]}" -v n="$requests" -v t="$t0 $t1" -v r="$r0 $r1" -v c="$c0 $c1" -v wall="$wall" 'BEGIN {
    split(t, T, " "); split(r, R, " "); split(c, C, " ")
    commands = C[2] - C[1] - 1 - idle * wall # one is the question itself
    print "cpu", (T[2] - T[1]) * 1e4 / n
    print "rate", n / wall
    print "busy", (T[2] - T[1]) / wall
    print "redis_cpu", (R[2] - R[1]) * 1e4 / n
    print "redis_commands", (commands < 0 ? 0 : commands) / n
  }' >"$work/figures"
  while read -r metric value; do note "$metric" "$scenario" "$peer" "$3" "$value"; done <"$work/figures"
}

# A run whose answers are not the scenario's answers is worth nothing.
judge() { # PEER SCENARIO REQUESTS REFUSED
  [ "${3:-0}" -gt 0 ] || fail "$1, scenario $2: no request was answered"
  if [ "$2" = E ]; then
    [ $(($4 * 100)) -ge $(($3 * 99)) ] || fail "$1, scenario E: only $4 of $3 requests were refused"
  else
    [ "$4" -eq 0 ] || fail "$1, scenario $2: $4 of $3 requests were refused"
  fi
}

latency() { # PEER SCENARIO ROUND
  local out
  local named=()
  callers_of "$1" "$2"
  [ ${#turn[@]} -eq 0 ] || named=("${turn[0]}: @${turn[1]}")
  out=$(fixed_rate "http://127.0.0.1:$(port "$1" "$2")$path" "$rate" "$seconds" "$connections" "${named[@]}" 2>"$work/latency.err") || {
    echo "$1, scenario $2: no latency at $rate requests/s: $(tail -n 1 "$work/latency.err") $out" >&2
    return 0
  }
  passed "$1" "$2" $((rate * (seconds + 3)))
  read -ra out <<<"$out"
  note p50 "$2" "$1" "$3" "${out[5]}"
  note p99 "$2" "$1" "$3" "${out[7]}"
  note p999 "$2" "$1" "$3" "${out[9]}"
}

# Seconds from starting a JVM on these processors to its first 200. Nothing is forked while it starts.
start_time() { # PEER SCENARIO ROUND METRIC PROCESSORS
  local from to line name named=""
  name=$(name_of "$1" "$2")
  fields_of "$2"
  [ ${#fields[@]} -eq 0 ] || named="${fields[1]}"$'\r\n'
  configure "$1" "$2"
  local at
  at=$(port "$1" "$2")
  from=$EPOCHREALTIME
  start "$1" "$2" "$5"
  while :; do
    line=
    if { exec 3<>"/dev/tcp/127.0.0.1/$at"; } 2>/dev/null; then
      printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n' "$path" "$named" >&3
      read -r -t 5 line <&3 || true
      exec 3>&-
    fi
    to=$EPOCHREALTIME
    [[ $line != *" 200"* ]] || break
    [ "${to%.*}" -lt $((${from%.*} + 60)) ] || fail "$name did not answer within 60 s; its last answer: $line"
    read -r -t 0.005 <>"$work/never" || true
  done
  stop "$name"
  note "$4" "$2" "$1" "$3" "$(awk -v a="$from" -v b="$to" 'BEGIN { printf "%.3f", b - a }')"
}
