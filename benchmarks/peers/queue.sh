#!/usr/bin/env bash
# Measures what a queue costs: requests of 1 KiB accepted while it is held, then all of them forwarded, beside the same requests
# forwarded at once, and beside a script that does no more than LPUSH and SET. Prints one Markdown table: a second, CPU time of the
# gateway and of Redis for each, p99 of the answer.
#
#   benchmarks/peers/queue.sh [ROUNDS [SECONDS]]     (default: 3 rounds of 5 s)
#
#   FSYNC=everysec          Redis with an append-only file
#   TRANSPORT=epoll         of the gateway
#   FIRST_PORT=27100        of 10 ports
#
# Wants two processors: the gateway has the first one to itself; load, origin and Redis have the other one. Wants Debian's nginx,
# redis-server, redis-tools, wrk and procps, and a JDK 25. Listens on 127.0.0.1 only.
set -Eeuo pipefail
trap 'echo "queue.sh: line $LINENO: $BASH_COMMAND: ended with $?" >&2' ERR

PATH=$PATH:/usr/sbin
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
# shellcheck source=processes.sh
. "$here/processes.sh"
trap cleanup EXIT

for argument in "$@"; do
  [[ $argument =~ ^[1-9][0-9]?$ ]] || fail "$argument (expected: numbers of rounds and seconds)"
done
rounds=${1:-3}
seconds=${2:-5}
transport=${TRANSPORT:-auto}
fsync=${FSYNC:-}
first_port=${FIRST_PORT:-27100}
redis_port=$first_port
origin_port=$((first_port + 1))
port=$((first_port + 2))
admin=$((first_port + 3))
clock=$(getconf CLK_TCK)
for tool in nginx redis-server redis-cli redis-benchmark wrk taskset curl; do command -v "$tool" >/dev/null || fail "missing: $tool"; done
for ((i = first_port; i < first_port + 10; i++)); do is_free "$i" || fail "port $i is taken; FIRST_PORT names another range"; done
java=$("$root/gateway-server/src/main/bin/find-java") || exit 1
JAVA_HOME=$(cd "$(dirname "$java")/.." && pwd)
export JAVA_HOME
gateway=$(compgen -G "$root/gateway-server/target/rcommerce-gateway-*/rcommerce-gateway-*/bin/gateway" | head -n 1)
[ -n "$gateway" ] || fail "the gateway is not built (expected: ./mvnw -DskipTests -DskipITs package)"

body=$(head -c 768 /dev/zero | base64 -w 0)
sed -e "s|@USER@|$(id -un)|; s|@GROUP@|$(id -gn)|; s|@WORK@|$work|g; s|@ORIGIN@|$origin_port|; s|@BODY@|ok|" "$here/origin.conf" >"$work/origin.conf"
launch origin 1 nginx -p "$work" -c "$work/origin.conf"
await origin "$origin_port"
if [ -n "$fsync" ]; then aof=(--appendonly yes --appendfsync "$fsync"); else aof=(--appendonly no); fi
launch redis 1 redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --dir "$work" "${aof[@]}"
await redis "$redis_port"
cat >"$work/gateway.toml" <<CONF
[server]
listen = ["127.0.0.1:$port"]
workers = 1
transport = "$transport"
access_log = false
[server.admin]
listen = "127.0.0.1:$admin"
[cache]
cache_type = "Redis"
[cache.redis]
port = $redis_port
[upstreams.origin]
servers = ["http://127.0.0.1:$origin_port"]
[queues.bench]
concurrency = 64
max_jobs = 10000000
max_bytes = "20GB"
keep = "0s"
[[routes]]
name = "queue"
path = "/queue"
handler = "queue"
queue = "bench"
upstream = "origin"
auth = "none"
[[routes]]
name = "plain"
path = "/**"
upstream = "origin"
auth = "none"
CONF
launch gateway 0 "$gateway" run --config "$work/gateway.toml"
await gateway "$port"
cat >"$work/post.lua" <<LUA
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"data":"$body"}'
LUA

operate() { # WORD
  curl -sf -o "$work/operated" -X POST "http://127.0.0.1:$admin/admin/v1/jobs/$1" -H 'Content-Type: application/json' -d '{"queue":"bench"}'
}

# Prints requests/s and p99 in microseconds.
ask() { # PATH
  taskset -c 1 wrk -t 1 -c 32 -d "${seconds}s" --latency -s "$work/post.lua" "http://127.0.0.1:$port$1" >"$work/wrk.out"
  ! grep -q 'Non-2xx' "$work/wrk.out" || fail "$1: $(grep Non-2xx "$work/wrk.out")"
  awk '/99%/ { v = $2; u = v; gsub(/[0-9.]/, "", u); sub(/[a-z]+/, "", v); p = u == "us" ? v : u == "ms" ? v * 1000 : v * 1000000 }
       /requests in/ { n = $1 } /Requests\/sec/ { print n, $2, p }' "$work/wrk.out"
}

per() { awk -v a="$1" -v b="$2" -v n="$3" 'BEGIN { printf "%.2f", (b - a) * 10000 / n }'; }

row() { printf '| %s | %s | %s | %s | %s |\n' "$@" >>"$work/rows"; }

for ((round = 1; round <= rounds; round++)); do
  echo "round $round" >&2
  g=$(ticks "${pids[gateway]}")
  read -r count rate p99 < <(ask /plain)
  row "forwarded at once" "$rate" "$(per "$g" "$(ticks "${pids[gateway]}")" "$count")" - "$p99"

  operate pause
  g=$(ticks "${pids[gateway]}") r=$(ticks "${pids[redis]}")
  read -r count rate p99 < <(ask /queue)
  row "accepted (202)" "$rate" "$(per "$g" "$(ticks "${pids[gateway]}")" "$count")" "$(per "$r" "$(ticks "${pids[redis]}")" "$count")" "$p99"

  count=$(redis-cli -p "$redis_port" hlen jobs:queue:bench/entries)
  g=$(ticks "${pids[gateway]}") r=$(ticks "${pids[redis]}") begun=$(date +%s%N)
  operate resume
  while [ "$(redis-cli -p "$redis_port" hlen jobs:queue:bench/entries)" -gt 0 ]; do sleep 0.05; done
  row "forwarded from there" "$(awk -v n="$count" -v t=$(($(date +%s%N) - begun)) 'BEGIN { printf "%.0f", n * 1e9 / t }')" \
    "$(per "$g" "$(ticks "${pids[gateway]}")" "$count")" "$(per "$r" "$(ticks "${pids[redis]}")" "$count")" -

  script="redis.call('SET', KEYS[1], ARGV[1]) return redis.call('LPUSH', KEYS[2], KEYS[1])"
  sha=$(redis-cli -p "$redis_port" script load "$script")
  for depth in 1 16; do
    r=$(ticks "${pids[redis]}")
    taskset -c 1 redis-benchmark -p "$redis_port" -q -n 200000 -r 1000000000 -c 32 -P "$depth" \
      evalsha "$sha" 2 job:__rand_int__ floor "$body" >"$work/floor.out"
    row "LPUSH and SET, $depth at a time" "$(tr '\r' '\n' <"$work/floor.out" | awk '/per second/ { n = $(NF - 5) } END { print n }')" - \
      "$(per "$r" "$(ticks "${pids[redis]}")" 200000)" -
    redis-cli -p "$redis_port" flushall >"$work/flushed"
  done
done

echo "$(awk -F ': ' '/model name/ { print $2; exit }' /proc/cpuinfo), $(nproc) processors, Linux $(uname -r), $rounds rounds of $seconds s, medians; gateway, Redis ${fsync:-without a file}"
echo
echo "| 1 KiB, 32 connections | a second | gateway us | Redis us | p99 us |"
echo "| --- | ---: | ---: | ---: | ---: |"
for name in "forwarded at once" "accepted (202)" "forwarded from there" "LPUSH and SET, 1 at a time" "LPUSH and SET, 16 at a time"; do
  printf '| %s |' "$name"
  for column in 3 4 5 6; do
    awk -F '|' -v name=" $name " -v c="$column" '$2 == name { gsub(/ /, "", $c); print $c }' "$work/rows" | sort -g |
      awk '{ v[NR] = $1 } END { printf " %s |", v[int((NR + 1) / 2)] }'
  done
  echo
done
