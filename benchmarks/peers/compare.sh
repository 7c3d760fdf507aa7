#!/usr/bin/env bash
# Measures the gateway beside its peers at the same work and prints Markdown tables: the CPU time of the proxy and of
# Redis per request at saturation, latency at a fixed rate, peak memory, start, and how the goals of goals.tsv stand.
#
#   benchmarks/peers/compare.sh [ROUNDS [SECONDS [CONNECTIONS]]] [PART...]     (default: 5 rounds of 6 s, 32 connections)
#
# A PART is a scenario, `latency`, `memory` or `start`; all of them unless said. Scenarios: A everything passes; B limit
# by API key and block list in Redis; C as B, by a token that is verified and may be revoked; D cache hit; E refused;
# H as B, with one hot caller; N limit by client address and block list, with a new caller each time.
#
#   CALLERS=1000            who ask in turn in B and C
#   TRANSPORT=epoll         of the gateway, or io_uring; what it chooses itself unless said
#   LEAD_IN=4               seconds of the same load before each round's clock starts; 0 measures callers coming into demand
#   PEERS="nginx gateway"   only these (nginx nginx-lua haproxy varnish spring gateway)
#   RATE=6000               requests a second for latency
#   RESULTS=FILE            where the figures of each run are added, one a line
#   FIRST_PORT=26700        of 80 ports
#
# Wants two processors: the proxy under test has the first one to itself, load, origin and Redis share the second. Wants
# Debian's nginx, libnginx-mod-http-lua, lua-nginx-redis, haproxy, varnish, redis-server, wrk, openssl, perl, curl,
# procps, util-linux, and a JDK 25. Listens on 127.0.0.1 only.
set -Eeuo pipefail
trap 'echo "compare.sh: line $LINENO: $BASH_COMMAND: ended with $?" >&2' ERR

PATH=$PATH:/usr/sbin
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
# shellcheck source=processes.sh
. "$here/processes.sh"
# shellcheck source=peers.sh
. "$here/peers.sh"
# shellcheck source=measure.sh
. "$here/measure.sh"
trap cleanup EXIT

numbers=()
parts=()
for argument in "$@"; do
  case $argument in
    [1-9] | [1-9][0-9] | [1-9][0-9][0-9]) numbers+=("$argument") ;;
    A | B | C | D | E | H | N | latency | memory | start) parts+=("$argument") ;;
    *) fail "$argument (expected: numbers, then any of A B C D E H N latency memory start)" ;;
  esac
done
rounds=${numbers[0]:-5}
seconds=${numbers[1]:-6}
connections=${numbers[2]:-32}
rate=${RATE:-6000}
callers=${CALLERS:-1000}
[[ $callers =~ ^[1-9][0-9]{0,5}$ ]] || fail "CALLERS=$callers (expected: a number from 1 to 999999)"
lead_in=${LEAD_IN:-4}
[[ $lead_in =~ ^[0-9]{1,2}$ ]] || fail "LEAD_IN=$lead_in (expected: a number of seconds from 0 to 99)"
addresses=100000
transport=${TRANSPORT:-auto}
case $transport in auto | io_uring | epoll) ;; *) fail "TRANSPORT=$transport (expected: io_uring or epoll)" ;; esac
results=${RESULTS:-$work/results.tsv}
[ ${#parts[@]} -gt 0 ] || parts=(A B C D E H N latency memory start)
read -ra peers <<<"${PEERS:-nginx nginx-lua haproxy varnish spring gateway}"
scenarios=()
for part in "${parts[@]}"; do [[ ${#part} -gt 1 ]] || scenarios+=("$part"); done
has() { [[ " ${parts[*]} " == *" $1 "* ]]; }
served=("${scenarios[@]}")
also_serve() { # SCENARIO...
  local scenario
  for scenario in "$@"; do [[ " ${served[*]} " == *" $scenario "* ]] || served+=("$scenario"); done
}
if has latency; then also_serve A B C N; fi
if has memory; then also_serve A C; fi

# --- What is needed -----------------------------------------------------------------------------------------------

missing=()
wanted="taskset:util-linux pgrep:procps curl:curl openssl:openssl perl:perl wrk:wrk redis-server:redis-server redis-cli:redis-tools nginx:nginx"
for peer in "${peers[@]}"; do
  serves "$peer" A || true
  case $peer in haproxy) wanted+=" haproxy:haproxy" ;; varnish) wanted+=" varnishd:varnish" ;; esac
done
for tool in $wanted; do command -v "${tool%:*}" >/dev/null || missing+=("${tool#*:}"); done
if [[ " ${peers[*]} " == *" nginx-lua "* ]]; then
  [ -e /usr/lib/nginx/modules/ngx_http_lua_module.so ] || missing+=(libnginx-mod-http-lua)
  [ -e /usr/share/lua/5.1/nginx/redis.lua ] || missing+=(lua-nginx-redis)
fi
[ ${#missing[@]} -eq 0 ] || fail "missing, by Debian's package: ${missing[*]} (or leave a peer out: PEERS=\"nginx gateway\")"
[ "$(nproc)" -ge 2 ] || fail "$(nproc) processor (expected: 2 or more)"
java=$("$root/gateway-server/src/main/bin/find-java") || exit 1
clock=$(getconf CLK_TCK)
for ((i = first_port; i < first_port + 80; i++)); do is_free "$i" || fail "port $i is taken; FIRST_PORT names another range"; done

built() { compgen -G "$root/gateway-server/target/rcommerce-gateway-*/rcommerce-gateway-*/bin/gateway" | head -n 1; }
JAVA_HOME=$(cd "$(dirname "$java")/.." && pwd)
export JAVA_HOME
if [ -z "$(built)" ] || [ ! -d "$root/benchmarks/target/lib" ]; then
  echo "building the gateway ..." >&2
  (cd "$root" && ./mvnw -q -B -DskipTests -pl benchmarks -am package) >&2
fi
gateway=$(built)
spring=$here/spring/target/spring-peer.jar
if [[ " ${peers[*]} " == *" spring "* ]] && { [ ! -f "$spring" ] || [ -n "$(find "$here/spring/src" -newer "$spring")" ]; }; then
  echo "building Spring Cloud Gateway ..." >&2
  (cd "$root" && ./mvnw -q -B -f "$here/spring/pom.xml" package) >&2 || fail "spring could not be built; leave it out with PEERS"
fi

# --- Keys and tokens, new for each run ----------------------------------------------------------------------------

sign() { perl "$here/callers.pl" token 7f9c24e8-3b12-4fef-91e0-5a2d7c7e1b11 "$@"; } # JTI EXPIRY SECRET
now=$(date +%s)
body=$(printf 'x%.0s' $(seq 1011))
key=bench.$(openssl rand -hex 16)
blocked_key=other.$(openssl rand -hex 16)
secret=$(openssl rand -hex 24)
token=$(sign 5b6f2f6e-8a0e-4a7a-9c39-d3f1c0de0001 $((now + 86400)) "$secret")
revoked=$(sign revoked $((now + 86400)) "$secret")
expired=$(sign 5b6f2f6e-8a0e-4a7a-9c39-d3f1c0de0002 $((now - 3600)) "$secret")
forged=$(sign 5b6f2f6e-8a0e-4a7a-9c39-d3f1c0de0003 $((now + 86400)) "$(openssl rand -hex 24)")
{
  printf '%s key:bench\n%s key:blocked\n' "$key" "$blocked_key"
  perl "$here/callers.pl" keys "$callers"
} >"$work/keys.map"
perl "$here/callers.pl" toml <"$work/keys.map" >"$work/keys.toml"
tail -n +3 "$work/keys.map" | cut -d ' ' -f 1 >"$work/keys"
perl "$here/callers.pl" tokens "$callers" $((now + 86400)) "$secret" | sed 's/^/Bearer /' >"$work/authorizations"
perl "$here/callers.pl" addresses "$addresses" >"$work/addresses"

say() { echo "$(date +%T) $*" >&2; }

# --- The run ------------------------------------------------------------------------------------------------------

if [[ " ${peers[*]} " == *" gateway "* ]]; then
  say "training the gateway's starts"
  export GATEWAY_AOT_CACHE=$work/gateway.aot
  timeout 180 "$gateway" train >"$work/train.out" 2>&1 || say "not trained: $(tail -n 1 "$work/train.out")"
fi
fill origin.conf origin.conf nginx A
launch origin 1 nginx -p "$work" -c "$work/origin.conf"
await origin "$origin_port"
for scenario in A N; do
  read -r redis at < <(redis_of "$scenario")
  launch "$redis" 1 redis-server --bind 127.0.0.1 --port "$at" --save '' --appendonly no --dir "$work"
  await "$redis" "$at"
done
redis-cli -p "$redis_port" set rcommerce:blocklist:key:blocked 1 >/dev/null
redis-cli -p "$redis_port" set token:blacklist:revoked 1 >/dev/null
redis-cli -p "$cold_redis_port" set rcommerce:blocklist:ip:203.0.113.9 1 >/dev/null
mkfifo "$work/never"

# Every scenario a peer takes part in, in turn; from the back in every other round, so that neither side is always first.
each() { # ROUND COMMAND [SCENARIO...]
  local round=$1 command=$2 scenario peer turns=() i
  shift 2
  for scenario in "$@"; do
    for peer in "${peers[@]}"; do
      if serves "$peer" "$scenario"; then turns+=("$peer $scenario"); fi
    done
  done
  for ((i = 0; i < ${#turns[@]}; i++)); do
    # shellcheck disable=SC2086
    $command ${turns[round % 2 ? i : ${#turns[@]} - 1 - i]} "$round"
  done
}

prepare() { # PEER SCENARIO
  configure "$1" "$2"
  start "$1" "$2" 0
  ready "$1" "$2"
  check "$1" "$2"
}

# Until two runs in a row are no more than 5 % cheaper than the cheapest before: a JVM on one processor compiles for a while.
warm_up() { # PEER SCENARIO
  local pid run t0 t1 requests cost best='' idle_runs=0
  if ! is_jvm "$1"; then
    load "$1" "$2" 2 "$connections" >/dev/null
    return
  fi
  pid=$(measured_pid "$(name_of "$1" "$2")")
  for ((run = 1; run <= 15; run++)); do
    t0=$(ticks "$pid")
    requests=$(load "$1" "$2" 5 "$connections" | awk '/requests in/ { print $1 }')
    t1=$(ticks "$pid")
    cost=$(awk -v t="$t0 $t1" -v n="$requests" 'BEGIN { split(t, T, " "); printf "%.1f", (T[2] - T[1]) * 1e4 / (n + 1) }')
    if [ -z "$best" ] || awk -v a="$best" -v b="$cost" 'BEGIN { exit b >= 0.95 * a }'; then
      best=$cost idle_runs=0
    elif [ $((++idle_runs)) -eq 2 ]; then
      break
    fi
  done
  say "$1, scenario $2: warm after $run runs, at $cost us"
}

at_fixed_rate() { # PEER SCENARIO ROUND
  # Spring Cloud Gateway is saturated long before the others.
  [ "$1" = spring ] || latency "$@"
}

peak() { # PEER SCENARIO ROUND
  load "$1" "$2" "$seconds" 128 >/dev/null
  note rss "$2" "$1" 1 "$(peak_mib "$(measured_pid "$(name_of "$1" "$2")")")"
}

if [ ${#served[@]} -gt 0 ]; then
  say "starting ${peers[*]}, and checking that each does the work of ${served[*]}"
  each 1 prepare "${served[@]}"
  say "warming up"
  each 1 warm_up "${served[@]}"
fi
if [ ${#scenarios[@]} -gt 0 ]; then
  declare -A idle=()
  for scenario in A N; do
    read -r redis at < <(redis_of "$scenario")
    idle[$redis]=$(idle_commands "$at")
  done
  for ((round = 1; round <= rounds; round++)); do
    say "round $round of $rounds"
    each "$round" measure "${scenarios[@]}"
  done
fi
if has latency; then
  for ((round = 1; round <= rounds; round++)); do
    say "latency at $rate requests/s, round $round of $rounds"
    each "$round" at_fixed_rate A B C N
  done
fi
if has memory; then
  say "memory at 128 connections"
  each 1 peak A C
fi
if has start; then
  say "starts"
  for name in "${!pids[@]}"; do case $name in origin | redis | cold-redis) ;; *) stop "$name" ;; esac; done
  for ((round = 1; round <= 5; round++)); do
    for peer in "${peers[@]}"; do
      is_jvm "$peer" || continue
      # Ten times as slow as the gateway: three figures of it tell enough.
      [ "$peer" = gateway ] || [ "$round" -le 3 ] || continue
      for scenario in A C; do
        start_time "$peer" "$scenario" "$round" start 0,1
        start_time "$peer" "$scenario" "$round" start_one 0
      done
    done
  done
fi

say "done"
# What the gateway itself says it uses.
used=$(cat "$work"/gateway-*.out 2>/dev/null | sed -n 's/.*serving on .* by \([a-z_]*\).*/\1/p' | sort -u | xargs) || true
cost=$(taskset -c 0 perl "$here/callers.pl" system_call)
echo "$(grep -m 1 'model name' /proc/cpuinfo | cut -d : -f 2 | xargs), $(nproc) processors, Linux $(uname -r)," \
  "$cost ns a system call; $rounds rounds of $seconds s after $lead_in s, $connections connections, $callers callers;" \
  "${used:+gateway by $used; }$(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo 'no commit')," \
  "$("$java" -version 2>&1 | head -n 1)"
echo
# From 200 ns on, with page tables kept apart for instance, what a request costs is mostly system calls.
facts="$used $([ "$cost" -lt 200 ] && echo cheap || echo dear)"
awk -v fixed="$rate" -v facts="$facts" -f "$here/report.awk" "$here/goals.tsv" "$results"
