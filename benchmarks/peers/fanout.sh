#!/usr/bin/env bash
# Measures what delivering topics costs, beside nginx with Nchan: the CPU time of the server per delivery and how late messages come,
# by WebSocket and by Server-Sent Events. Prints one Markdown table.
#
#   benchmarks/peers/fanout.sh [ROUNDS [SECONDS]] [PART...]     (default: 3 rounds of 5 s)
#
# Parts: WS and SSE, 1,000 subscribers of a topic and 100 messages of 200 bytes a second; WS10 and SSE10, 9,900 subscribers and 10 a
# second; most: 1,000 subscribers by WebSocket and 250 messages a second; idle: KiB of resident memory for each of 9,900 subscribers by WebSocket
# that hear nothing. For that each server is started anew: one that has had as many clients before has their memory still, and takes none.
#
# Peers: nchan keeps its messages in its own memory; gateway keeps them in Redis, with positions that hold on every node, and hears what is
# published through Redis; memory is the gateway without Redis.
#
#   PEERS="nchan gateway"   only these (nchan gateway memory)
#   TRANSPORT=epoll         of the gateway
#   FIRST_PORT=27000        of 10 ports
#
# Wants two processors: the server has the first one to itself, Redis, publisher and subscribers the other one. Wants Debian's nginx,
# libnginx-mod-nchan and redis-server, and a JDK 25. Listens on 127.0.0.1 only.
set -Eeuo pipefail
trap 'echo "fanout.sh: line $LINENO: $BASH_COMMAND: ended with $?" >&2' ERR

PATH=$PATH:/usr/sbin
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
# shellcheck source=processes.sh
. "$here/processes.sh"
trap cleanup EXIT

every=(WS SSE WS10 SSE10 most idle)
numbers=()
parts=()
for argument in "$@"; do
  if [[ $argument =~ ^[1-9][0-9]?$ ]]; then
    numbers+=("$argument")
  elif [[ " ${every[*]} " == *" $argument "* ]]; then
    parts+=("$argument")
  else
    fail "$argument (expected: numbers, then any of ${every[*]})"
  fi
done
rounds=${numbers[0]:-3}
seconds=${numbers[1]:-5}
[ ${#parts[@]} -gt 0 ] || parts=("${every[@]}")
read -ra peers <<<"${PEERS:-nchan gateway memory}"
transport=${TRANSPORT:-auto}
first_port=${FIRST_PORT:-27000}
redis_port=$first_port
clock=$(getconf CLK_TCK)
for tool in nginx redis-server pgrep taskset curl; do command -v "$tool" >/dev/null || fail "missing: $tool"; done
for ((i = first_port; i < first_port + 10; i++)); do is_free "$i" || fail "port $i is taken; FIRST_PORT names another range"; done
java=$("$root/gateway-server/src/main/bin/find-java") || exit 1
JAVA_HOME=$(cd "$(dirname "$java")/.." && pwd)
export JAVA_HOME
gateway=$(compgen -G "$root/gateway-server/target/rcommerce-gateway-*/rcommerce-gateway-*/bin/gateway" | head -n 1)
[ -n "$gateway" ] || fail "the gateway is not built (expected: ./mvnw -DskipTests -DskipITs package)"
jar=$root/benchmarks/target/benchmarks.jar
[ -f "$jar" ] || fail "the benchmarks are not built (expected: ./mvnw -DskipTests -DskipITs package)"
module=$(compgen -G "/usr/lib/nginx/modules/ngx_nchan_module.so" || true)
ulimit -n "$(ulimit -Hn)" || true

port() { # PEER
  case $1 in nchan) echo $((first_port + 1)) ;; gateway) echo $((first_port + 2)) ;; memory) echo $((first_port + 3)) ;; esac
}

configure() { # PEER STORE
  cat >"$work/$1.toml" <<CONF
[server]
listen = ["127.0.0.1:$(port "$1")"]
workers = 1
transport = "$transport"
access_log = false
[server.admin]
listen = "127.0.0.1:$(($(port "$1") + 3))"
$2
[[routes]]
name = "events"
path = "/events"
handler = "events"
auth = "none"
topics = ["bench"]
history = { messages = 1000, age = "5m" }
[[routes]]
name = "publish"
path = "/publish"
handler = "publish"
auth = "none"
topics = [{ name = "bench", history = { messages = 1000, age = "5m" } }]
CONF
}

start() { # PEER
  case $1 in
    nchan)
      [ -n "$module" ] || fail "missing: libnginx-mod-nchan"
      cat >"$work/nchan.conf" <<CONF
load_module $module;
user $(id -un) $(id -gn);
daemon off; worker_processes 1; worker_rlimit_nofile 30000; error_log $work/nchan.log crit; pid $work/nchan.pid;
events { worker_connections 25000; }
http {
  access_log off; keepalive_requests 100000000; keepalive_timeout 600s; nchan_shared_memory_size 256M;
  client_body_temp_path $work/n1; proxy_temp_path $work/n2; fastcgi_temp_path $work/n3; uwsgi_temp_path $work/n4; scgi_temp_path $work/n5;
  server {
    listen 127.0.0.1:$(port nchan) backlog=4096;
    location /events { nchan_subscriber websocket eventsource; nchan_channel_id \$arg_topic; nchan_subscriber_first_message newest; }
    location /publish { nchan_publisher; nchan_channel_id \$arg_topic; nchan_message_buffer_length 1000; nchan_message_timeout 5m; }
  }
}
CONF
      launch nchan 0 nginx -p "$work" -c "$work/nchan.conf"
      await nchan "$(port nchan)"
      measured[nchan]=$(child_of "${pids[nchan]}")
      ;;
    gateway)
      if [ -z "${pids[redis]:-}" ]; then
        launch redis 1 redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --appendonly no --dir "$work"
        await redis "$redis_port"
      fi
      configure gateway "[cache]
cache_type = \"Redis\"
[cache.redis]
port = $redis_port"
      launch gateway 0 "$gateway" run --config "$work/gateway.toml"
      await gateway "$(port gateway)"
      ;;
    memory)
      configure memory "[cache]
cache_type = \"Memory\""
      launch memory 0 "$gateway" run --config "$work/memory.toml"
      await memory "$(port memory)"
      ;;
  esac
}

rss() { awk '/^VmRSS/ { print $2 }' "/proc/$(measured_pid "$1")/status"; }

# load PEER FORM SUBSCRIBERS RATE SECONDS
load() {
  taskset -c 1 "$JAVA_HOME/bin/java" -Xmx2g -XX:+UseSerialGC -Dhead="$([ "$1" = nchan ] && echo true || echo false)" -cp "$jar" \
    app.rcommerce.gateway.benchmarks.load.EventsLoad "$(port "$1")" "$2" "$3" "$4" "$5" bench
}

# One measurement: microseconds of CPU time per delivery, p50 and p99 in microseconds, deliveries.
measure() { # PEER FORM SUBSCRIBERS RATE
  local before after out
  # The subscribers come first; what they cost is not counted.
  coproc LOAD { load "$1" "$2" "$3" "$4" "$seconds" 2>&1; }
  local coproc_out=${LOAD[0]} coproc_pid=$LOAD_PID
  exec 9<&"$coproc_out"
  read -r -u 9 out
  [ "$out" = open ] || fail "$1: $out"
  before=$(ticks "$(measured_pid "$1")")
  read -r -u 9 out
  after=$(ticks "$(measured_pid "$1")")
  exec 9<&-
  wait "$coproc_pid" || fail "$1: $out"
  awk -v a="$before" -v b="$after" -v out="$out" 'BEGIN {
    split(out, f, " "); n = f[2]; printf "%.2f %d %d %d\n", n ? (b - a) * 10000 / n : 0, f[4], f[6], n }'
}

measure_idle() { # PEER
  local before after
  sleep 2
  before=$(rss "$1")
  coproc LOAD { load "$1" ws 9900 1 0 2>&1; }
  local coproc_out=${LOAD[0]} coproc_pid=$LOAD_PID out
  exec 9<&"$coproc_out"
  read -r -u 9 out
  [ "$out" = open ] || fail "$1: $out"
  sleep 3
  after=$(rss "$1")
  pkill -P "$coproc_pid" 2>/dev/null || true
  kill "$coproc_pid" 2>/dev/null || true
  exec 9<&-
  wait "$coproc_pid" 2>/dev/null || true
  awk -v a="$before" -v b="$after" 'BEGIN { printf "%.1f - -\n", (b - a) / 9900 }'
}

one() { # PEER PART
  case $2 in
    WS) measure "$1" ws 1000 100 ;;
    SSE) measure "$1" sse 1000 100 ;;
    WS10) measure "$1" ws 9900 10 ;;
    SSE10) measure "$1" sse 9900 10 ;;
    most) measure "$1" ws 1000 250 ;;
    idle) measure_idle "$1" ;;
  esac
}

declare -A results=()
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
for peer in "${peers[@]}"; do start "$peer"; done
sleep 2
for part in "${parts[@]}"; do
  if [ "$part" = idle ]; then
    for ((round = 0; round < rounds; round++)); do
      for peer in "${peers[@]}"; do
        stop "$peer"
        start "$peer"
        line=$(one "$peer" idle)
        results[$part.$peer]+=$line$'\n'
        echo "$part $peer $line" >&2
      done
    done
    continue
  fi
  for peer in "${peers[@]}"; do one "$peer" "$part" >/dev/null; done
  for ((round = 0; round < rounds; round++)); do
    for peer in "${peers[@]}"; do
      line=$(one "$peer" "$part")
      results[$part.$peer]+=$line$'\n'
      echo "$part $peer $line" >&2
    done
  done
done

commit=$(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo "no repository")
echo "$(awk -F: '/model name/ { sub(/^ */, "", $2); print $2; exit }' /proc/cpuinfo), $(nproc) processors, Linux $(uname -r), $rounds rounds of $seconds s; gateway $commit"
echo
echo "| part | ${peers[*]/%/ us | p99 |}" | sed 's/|  *$/|/; s/| *\([a-z]\)/| \1/g'
printf '| --- |'
for peer in "${peers[@]}"; do printf ' ---: | ---: |'; done
echo
for part in "${parts[@]}"; do
  printf '| %s |' "$part"
  for peer in "${peers[@]}"; do
    printf ' %s | %s |' "$(cut -d' ' -f1 <<<"${results[$part.$peer]}" | grep . | median)" \
      "$(cut -d' ' -f3 <<<"${results[$part.$peer]}" | grep . | median)"
  done
  echo
done
