#!/usr/bin/env bash
# Measures what honest clients notice of attacks: one that asks at a fixed rate, alone and beside each of them, with the gateway on
# a processor of its own. Prints one Markdown table: p50 and p99 in microseconds, p99 as a multiple of that alone, and p99 of the same
# client when it asks the origin itself meanwhile, which tells what is owed to the load's processor and not to the gateway.
#
#   benchmarks/peers/attacks.sh [ROUNDS [SECONDS]] [ATTACK...]     (default: 3 rounds of 5 s)
#
# Attacks, each held on to by 2,000 connections from 20 addresses: HEADS, CONTENTS, READERS, HANDSHAKES, PROXY_HEADERS, HALF_FRAMES
# (HTTP/2); by 20: ZERO_WINDOW (each a hundred streams whose answers may not be sent); floods of connections from one address, 20 a
# second with 600 frames each: RESETS, CONTINUATION, SETTINGS, PINGS; 2,000 a second that send nothing: CONNECTIONS.
#
#   RATE=500                requests/s of the honest client, over 8 connections
#   TRANSPORT=epoll         of the gateway
#   FIRST_PORT=26900        of 10 ports
#
# Wants two processors: the gateway has the first one to itself; the honest client and the two origins have the other one, and what
# attacks has it when these do nothing. Wants Debian's nginx, procps, and a JDK 25. Listens on 127.0.0.1 only.
set -Eeuo pipefail
trap 'echo "attacks.sh: line $LINENO: $BASH_COMMAND: ended with $?" >&2' ERR

PATH=$PATH:/usr/sbin
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
# shellcheck source=processes.sh
. "$here/processes.sh"
trap cleanup EXIT

every=(HEADS CONTENTS READERS HANDSHAKES PROXY_HEADERS HALF_FRAMES ZERO_WINDOW RESETS CONTINUATION SETTINGS PINGS CONNECTIONS)
numbers=()
attacks=()
for argument in "$@"; do
  if [[ $argument =~ ^[1-9][0-9]?$ ]]; then
    numbers+=("$argument")
  elif [[ " ${every[*]} " == *" $argument "* ]]; then
    attacks+=("$argument")
  else
    fail "$argument (expected: numbers, then any of ${every[*]})"
  fi
done
rounds=${numbers[0]:-3}
seconds=${numbers[1]:-5}
[ ${#attacks[@]} -gt 0 ] || attacks=("${every[@]}")
rate=${RATE:-500}
first_port=${FIRST_PORT:-26900}
origin_port=$first_port plain=$((first_port + 1)) tls=$((first_port + 2)) h2c=$((first_port + 3)) proxied=$((first_port + 4)) admin=$((first_port + 5)) large_port=$((first_port + 6))
for tool in nginx openssl taskset chrt curl; do command -v "$tool" >/dev/null || fail "missing: $tool"; done
for ((i = first_port; i < first_port + 10; i++)); do is_free "$i" || fail "port $i is taken; FIRST_PORT names another range"; done
java=$("$root/gateway-server/src/main/bin/find-java") || exit 1
JAVA_HOME=$(cd "$(dirname "$java")/.." && pwd)
export JAVA_HOME
gateway=$(compgen -G "$root/gateway-server/target/rcommerce-gateway-*/rcommerce-gateway-*/bin/gateway" | head -n 1)
[ -n "$gateway" ] || fail "the gateway is not built (expected: ./mvnw -DskipTests -DskipITs package)"
jar=$root/benchmarks/target/benchmarks.jar
[ -f "$jar" ] || fail "the benchmarks are not built (expected: ./mvnw -DskipTests -DskipITs package)"
load=app.rcommerce.gateway.benchmarks.load
ulimit -n "$(ulimit -Hn)" || true

openssl ecparam -name prime256v1 -genkey -noout -out "$work/key.pem"
openssl req -x509 -new -key "$work/key.pem" -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost -out "$work/cert.pem" 2>/dev/null
head -c 1000000 /dev/zero >"$work/large"
chmod 755 "$work"
origin() { # NAME PORT LOCATION
  cat >"$work/$1.conf" <<CONF
worker_processes 1; daemon off; error_log $work/$1.log crit; pid $work/$1.pid; user $(id -un) $(id -gn);
events { worker_connections 30000; }
http {
  access_log off; keepalive_requests 100000000;
  client_body_temp_path $work/o1; proxy_temp_path $work/o2; fastcgi_temp_path $work/o3; uwsgi_temp_path $work/o4; scgi_temp_path $work/o5;
  server {
    listen 127.0.0.1:$2 backlog=1024;
    $3
  }
}
CONF
}
origin origin "$origin_port" "location / { default_type application/json; return 200 \"$(printf 'x%.0s' $(seq 1024))\"; }"
launch origin 1 nginx -p "$work" -c "$work/origin.conf"
await origin "$origin_port"
# What attacks ask for has an origin of its own, or honest clients would wait for that one.
origin large "$large_port" "location / { root $work; }"
launch large 1 nginx -p "$work" -c "$work/large.conf"
await large "$large_port"
cat >"$work/gateway.toml" <<CONF
[server]
listen = ["127.0.0.1:$plain", { address = "127.0.0.1:$tls", tls = true }, { address = "127.0.0.1:$h2c", h2c = true },
  { address = "127.0.0.1:$proxied", proxy_protocol = ["127.0.0.0/8"] }]
workers = 1
transport = "${TRANSPORT:-auto}"
access_log = false
max_connections_per_address = 128
[server.admin]
listen = "127.0.0.1:$admin"
[server.tls]
certificates = [{ cert = "cert.pem", key = "key.pem" }]
[upstreams.origin]
servers = ["http://127.0.0.1:$origin_port"]
max_connections = 25000
[upstreams.large]
servers = ["http://127.0.0.1:$large_port"]
max_connections = 25000
[[routes]]
name = "large"
path = "/large"
upstream = "large"
[[routes]]
name = "all"
path = "/**"
upstream = "origin"
CONF
launch gateway 0 "$gateway" run --config "$work/gateway.toml"
await gateway "$tls"
await gateway "$proxied"

# The honest client; prints p50 and p99 in microseconds.
honest() { # SECONDS RATE PORT
  local out
  out=$(fixed_rate "http://127.0.0.1:$3/api/v1/products" "$2" "$1" 8 2>"$work/honest.err") ||
    fail "the honest client: $(tail -n 1 "$work/honest.err") $out"
  read -ra out <<<"$out"
  echo "${out[5]} ${out[7]}"
}

attack() { # KIND
  local port=$plain count=2000
  case $1 in
    HANDSHAKES) port=$tls ;;
    PROXY_HEADERS) port=$proxied ;;
    HALF_FRAMES) port=$h2c ;;
    ZERO_WINDOW | RESETS | CONTINUATION | SETTINGS | PINGS) port=$h2c count=20 ;;
  esac
  launch attack 1 chrt -i 0 "$java" -XX:+UseSerialGC -Xmx128m -XX:TieredStopAtLevel=1 -cp "$jar" $load.Attack "$1" "$port" "$count"
}

note() { # NAME P50 P99 P50-AT-THE-ORIGIN P99-AT-THE-ORIGIN
  [ $# -eq 5 ] || fail "$1: no figures"
  printf '%s\t%s\t%s\t%s\t%s\n' "$@" >>"$work/results"
}

# A JVM on one processor compiles for a while; what attacks meet is compiled as well.
honest 5 4000 "$plain" >/dev/null
for kind in "${attacks[@]}"; do
  attack "$kind"
  sleep 2
  kill -0 "${pids[attack]}" 2>/dev/null || fail "$kind: $(tail -n 1 "$work/attack.out")"
  stop attack
done
honest 5 4000 "$plain" >/dev/null
for ((round = 1; round <= rounds; round++)); do
  # shellcheck disable=SC2046
  note alone $(honest "$seconds" "$rate" "$plain") $(honest "$seconds" "$rate" "$origin_port")
  for kind in "${attacks[@]}"; do
    attack "$kind"
    # What is held on to is held by then.
    sleep 3
    # shellcheck disable=SC2046
    note "$kind" $(honest "$seconds" "$rate" "$plain") $(honest "$seconds" "$rate" "$origin_port")
    kill -0 "${pids[attack]}" 2>/dev/null || fail "$kind: $(tail -n 1 "$work/attack.out")"
    stop attack
    sleep 1
  done
done
echo "$(grep -m 1 'model name' /proc/cpuinfo | cut -d : -f 2 | xargs), $(nproc) processors, Linux $(uname -r), $rounds rounds of $seconds s at $rate requests/s;" \
  "gateway by $(sed -n 's/.*serving on .* by \([a-z_]*\).*/\1/p' "$work/gateway.out" | sort -u | xargs), $(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo 'no commit')"
echo
echo '| beside | p50 | p99 | p99 of alone | p99 at the origin |'
echo '| --- | ---: | ---: | ---: | ---: |'
median() { # NAME COLUMN
  awk -F'\t' -v n="$1" -v c="$2" '$1 == n { print $c }' "$work/results" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}
base=$(median alone 3)
for kind in alone "${attacks[@]}"; do
  awk -v k="$kind" -v a="$(median "$kind" 2)" -v b="$(median "$kind" 3)" -v o="$(median "$kind" 5)" -v base="$base" 'BEGIN { printf "| %s | %s | %s | %.2f | %s |\n", k, a, b, b / base, o }'
done
echo
curl -s "http://127.0.0.1:$admin/metrics" | grep -E '^gateway_(client_connections_refused_total|tls_handshakes_total\{.*(timeout|failed)|proxy_protocol_refused_total|http2_connections_closed_total|http2_streams_slow_total)' | grep -v ' 0.0$' || true
