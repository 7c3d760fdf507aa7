#!/usr/bin/env bash
# Measures what clients pay for at the door, beside nginx, HAProxy, nghttpx and h2o: the CPU time of the proxy per request by
# TLS and by HTTP/2, and per handshake. Prints one Markdown table, whose last column
# is the median of the ratios within a round, or the ratio of the medians where something is subtracted.
#
#   benchmarks/peers/listeners.sh [ROUNDS [SECONDS]] [PART...]     (default: 3 rounds of 5 s)
#
# Parts: A plain HTTP/1.1, to compare with; F HTTP/1.1 by TLS 1.3; G HTTP/2 by TLS, 32 connections of 10 streams; G2 the same in the
# clear; connect: a connection in the clear, without a request; full and resumed: a TLS 1.2 handshake on a connection of its own, without
# a request, and in the last lines what it costs above a connection in the clear; W a WebSocket's round trip of 64 bytes,
# 200 at once; idle: KiB of resident memory for each of 5,000 sockets that say nothing, the first time; F99, G99, G2-99: the 99th
# percentile in us of what F, G and G2 ask, at RATE requests a second over 8 connections, of 10 streams where they have streams.
#
#   RATE=4000               requests/s of F99, G99, G2-99
#   PEERS="nginx gateway"   only these (nginx haproxy nghttpx h2o gateway)
#   TRANSPORT=epoll         of the gateway
#   FIRST_PORT=26800        of 80 ports
#   RESULTS=FILE            where the figures of each round are kept, one a line
#
# Wants two processors: the proxy has the first one to itself. Wants Debian's nginx, haproxy, nghttp2-proxy, h2o, nghttp2-client (h2load),
# wrk, openssl, procps, and a JDK 25. Listens on 127.0.0.1 only.
set -Eeuo pipefail
trap 'echo "listeners.sh: line $LINENO: $BASH_COMMAND: ended with $?" >&2' ERR

PATH=$PATH:/usr/sbin
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
# shellcheck source=processes.sh
. "$here/processes.sh"
trap cleanup EXIT

numbers=()
parts=()
for argument in "$@"; do
  case $argument in
    [1-9] | [1-9][0-9]) numbers+=("$argument") ;;
    A | F | G | G2 | connect | full | resumed | W | idle | F99 | G99 | G2-99) parts+=("$argument") ;;
    *) fail "$argument (expected: numbers, then any of A F G G2 connect full resumed W idle F99 G99 G2-99)" ;;
  esac
done
rounds=${numbers[0]:-3}
seconds=${numbers[1]:-5}
[ ${#parts[@]} -gt 0 ] || parts=(A F G G2 connect full resumed W idle F99 G99 G2-99)
read -ra peers <<<"${PEERS:-nginx haproxy nghttpx h2o gateway}"
transport=${TRANSPORT:-auto}
rate=${RATE:-4000}
first_port=${FIRST_PORT:-26800}
origin_port=$first_port
echo_port=$((first_port + 1))
clock=$(getconf CLK_TCK)
path=/api/v1/products
for tool in wrk h2load openssl pgrep taskset curl; do command -v "$tool" >/dev/null || fail "missing: $tool"; done
for ((i = first_port; i < first_port + 80; i++)); do is_free "$i" || fail "port $i is taken; FIRST_PORT names another range"; done
java=$("$root/gateway-server/src/main/bin/find-java") || exit 1
JAVA_HOME=$(cd "$(dirname "$java")/.." && pwd)
export JAVA_HOME
gateway=$(compgen -G "$root/gateway-server/target/rcommerce-gateway-*/rcommerce-gateway-*/bin/gateway" | head -n 1)
[ -n "$gateway" ] || fail "the gateway is not built (expected: ./mvnw -DskipTests -DskipITs package)"

openssl ecparam -name prime256v1 -genkey -noout -out "$work/key.pem"
openssl req -x509 -new -key "$work/key.pem" -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
  -out "$work/cert.pem" 2>/dev/null
cat "$work/cert.pem" "$work/key.pem" >"$work/both.pem"

# Ports of a peer: in the clear, by TLS, HTTP/2 in the clear.
port() { # PEER KIND
  local at
  case $1 in nginx) at=10 ;; haproxy) at=20 ;; nghttpx) at=30 ;; h2o) at=40 ;; gateway) at=50 ;; esac
  case $2 in tls) at=$((at + 1)) ;; h2c) at=$((at + 2)) ;; admin) at=$((at + 3)) ;; esac
  echo $((first_port + at))
}

start() { # PEER
  local plain tls h2c
  plain=$(port "$1" plain) tls=$(port "$1" tls) h2c=$(port "$1" h2c)
  case $1 in
    nginx)
      cat >"$work/nginx.conf" <<CONF
user $(id -un) $(id -gn);
daemon off; worker_processes 1; error_log $work/nginx.log crit; pid $work/nginx.pid;
events { worker_connections 20000; }
http {
  access_log off; keepalive_requests 100000000; keepalive_timeout 600s;
  client_body_temp_path $work/n1; proxy_temp_path $work/n2; fastcgi_temp_path $work/n3; uwsgi_temp_path $work/n4; scgi_temp_path $work/n5;
  ssl_certificate $work/cert.pem; ssl_certificate_key $work/key.pem; ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache shared:s:4m;
  upstream origin { server 127.0.0.1:$origin_port; keepalive 512; keepalive_requests 100000000; }
  proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host \$host;
  proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto \$scheme;
  server {
    listen 127.0.0.1:$plain backlog=1024; listen 127.0.0.1:$tls ssl http2 backlog=1024; listen 127.0.0.1:$h2c http2 backlog=1024;
    location / { proxy_pass http://origin; }
    location /ws {
      proxy_pass http://127.0.0.1:$echo_port; proxy_set_header Upgrade \$http_upgrade; proxy_set_header Connection upgrade;
      proxy_read_timeout 600s;
    }
  }
}
CONF
      launch nginx 0 nginx -p "$work" -c "$work/nginx.conf"
      ;;
    haproxy)
      cat >"$work/haproxy.cfg" <<CONF
global
  nbthread 1
  maxconn 9000
defaults
  mode http
  timeout client 600s
  timeout server 600s
  timeout connect 5s
  option forwardfor
  http-reuse always
frontend f
  bind 127.0.0.1:$plain
  bind 127.0.0.1:$tls ssl crt $work/both.pem alpn h2,http/1.1
  bind 127.0.0.1:$h2c proto h2
  http-request set-header X-Forwarded-Proto https if { ssl_fc }
  use_backend w if { path /ws }
  default_backend o
backend w
  timeout tunnel 600s
  server w 127.0.0.1:$echo_port
backend o
  server o 127.0.0.1:$origin_port pool-max-conn 512
CONF
      launch haproxy 0 haproxy -db -f "$work/haproxy.cfg"
      ;;
    nghttpx)
      launch nghttpx 0 nghttpx --conf=/dev/null --workers=1 --single-process --accesslog-file=/dev/null --errorlog-file="$work/nghttpx.log" \
        --backend="127.0.0.1,$origin_port" --backend="127.0.0.1,$echo_port;/ws" --backend-connections-per-host=512 \
        --frontend="127.0.0.1,$plain;no-tls" --frontend="127.0.0.1,$tls" --frontend="127.0.0.1,$h2c;no-tls" \
        "$work/key.pem" "$work/cert.pem"
      ;;
    h2o)
      cat >"$work/h2o.conf" <<CONF
num-threads: 1
error-log: $work/h2o.log
listen: { host: 127.0.0.1, port: $plain }
listen: { host: 127.0.0.1, port: $tls, ssl: { certificate-file: $work/cert.pem, key-file: $work/key.pem } }
listen: { host: 127.0.0.1, port: $h2c }
hosts:
  default:
    paths:
      /ws:
        proxy.reverse.url: http://127.0.0.1:$echo_port/ws
        proxy.websocket: ON
      /:
        proxy.reverse.url: http://127.0.0.1:$origin_port/
        proxy.timeout.keepalive: 600000
CONF
      launch h2o 0 h2o -c "$work/h2o.conf"
      ;;
    gateway)
      cat >"$work/gateway.toml" <<CONF
[server]
listen = ["127.0.0.1:$plain", { address = "127.0.0.1:$tls", tls = true }, { address = "127.0.0.1:$h2c", h2c = true }]
workers = 1
transport = "$transport"
access_log = false
[server.admin]
listen = "127.0.0.1:$(port gateway admin)"
[server.tls]
certificates = [{ cert = "cert.pem", key = "key.pem" }]
[upstreams.origin]
servers = ["http://127.0.0.1:$origin_port"]
max_connections = 512
[upstreams.echo]
servers = ["http://127.0.0.1:$echo_port"]
[[routes]]
name = "ws"
path = "/ws"
upstream = "echo"
websocket = {}
[[routes]]
name = "all"
path = "/**"
upstream = "origin"
CONF
      launch gateway 0 "$gateway" run --config "$work/gateway.toml"
      ;;
    *) fail "$1: no such peer (expected: nginx, haproxy, nghttpx, h2o, gateway)" ;;
  esac
  await "$1" "$tls"
  case $1 in nginx) measured[nginx]=$(child_of "${pids[nginx]}") ;; esac
}

# Runs a part for so long; prints how many requests or handshakes there were.
run() { # PEER PART SECONDS
  local plain=http://127.0.0.1:$(port "$1" plain)$path tls=https://127.0.0.1:$(port "$1" tls)$path h2c=http://127.0.0.1:$(port "$1" h2c)$path
  case $2 in
    A | F)
      local url=$plain
      [ "$2" = A ] || url=$tls
      timeout $(($3 + 20)) taskset -c 1 wrk -t1 -c32 -d"$3"s "$url" >"$work/load.out"
      ! grep -q 'Non-2xx\|Socket errors' "$work/load.out" || fail "$1, $2: $(grep 'Non-2xx\|Socket errors' "$work/load.out")"
      awk '/requests in/ { print $1 }' "$work/load.out"
      ;;
    G | G2)
      local url=$tls
      [ "$2" = G ] || url=$h2c
      timeout $(($3 + 20)) taskset -c 1 h2load -c32 -m10 -t1 -D "$3" "$url" >"$work/load.out" 2>&1
      awk '/^requests:/ { n = $8 } /^status codes:/ { ok = $3 } END { if (ok < n) exit 1; print ok }' "$work/load.out" ||
        fail "$1, $2: $(grep '^requests:\|^status' "$work/load.out" | xargs)"
      ;;
    connect) timeout $(($3 + 20)) taskset -c 1 "$java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$root/benchmarks/target/benchmarks.jar" \
      app.rcommerce.gateway.benchmarks.load.Connections "$(port "$1" plain)" "$3" ;;
    full | resumed)
      local how=-new
      [ "$2" = full ] || how=-reuse
      timeout $(($3 + 20)) taskset -c 1 openssl s_time -connect "127.0.0.1:$(port "$1" tls)" "$how" -tls1_2 -time "$3" >"$work/load.out" 2>/dev/null
      awk '/connections in .* real seconds/ { print $1; exit }' "$work/load.out"
      ;;
    F99 | G99 | G2-99)
      local url=$tls connections=8x10
      case $2 in
        F99) connections=8 ;;
        G99) url=h2${tls#https} ;;
        G2-99) url=h2c${h2c#http} ;;
      esac
      fixed_rate "$url" "$rate" "$3" "$connections" >"$work/load.out" 2>&1 || fail "$1, $2: $(tail -n 1 "$work/load.out")"
      awk '/^requests/ { print $8 }' "$work/load.out"
      ;;
    W) timeout $(($3 + 20)) taskset -c 1 "${sockets[@]}" "$(port "$1" plain)" 200 "$3" ;;
  esac
}

rss() { awk '/^VmRSS/ { print $2 }' "/proc/$1/status"; }

# What sockets that say nothing hold: only the first time, since what is freed is seldom given back.
idle() { # PEER PID
  local before
  before=$(rss "$2")
  launch idle 1 "${sockets[@]}" "$(port "$1" plain)" 5000 0
  for ((i = 0; i < 300; i++)); do
    ! grep -q open "$work/idle.out" || break
    kill -0 "${pids[idle]}" 2>/dev/null || fail "$1, idle: $(tail -n 1 "$work/idle.out")"
    sleep 0.1
  done
  sleep 2
  awk -v p="$1" -v a="$before" -v b="$(rss "$2")" 'BEGIN { printf "idle\t%s\t%.2f\n", p, (b - a) / 5000 }' >>"$work/results"
  stop idle
}

measure() { # PEER PART ROUND
  local pid t0 t1 n
  pid=$(measured_pid "$1")
  if [ "$2" = idle ]; then
    [ "$3" -gt 1 ] || idle "$1" "$pid"
    return
  fi
  # The fixed rate has a warm-up of its own.
  [[ $2 == *99 ]] || run "$1" "$2" 2 >/dev/null
  t0=$(ticks "$pid")
  n=$(run "$1" "$2" "$seconds")
  if [[ $2 == *99 ]]; then
    printf '%s\t%s\t%s\n' "$2" "$1" "$n" >>"$work/results"
    return
  fi
  t1=$(ticks "$pid")
  awk -v p="$1" -v s="$2" -v t="$t0 $t1" -v n="$n" 'BEGIN { split(t, T, " "); printf "%s\t%s\t%.2f\n", s, p, (T[2] - T[1]) * 1e4 / n }' >>"$work/results"
}

printf 'worker_processes 1; daemon off; error_log %s/origin.log crit; pid %s/origin.pid; user %s %s;\nevents { worker_connections 4096; }\nhttp { access_log off; keepalive_requests 100000000; client_body_temp_path %s/o1; proxy_temp_path %s/o2; fastcgi_temp_path %s/o3; uwsgi_temp_path %s/o4; scgi_temp_path %s/o5;\nserver { listen 127.0.0.1:%s backlog=1024; location / { default_type application/json; return 200 "%s"; } } }\n' \
  "$work" "$work" "$(id -un)" "$(id -gn)" "$work" "$work" "$work" "$work" "$work" "$origin_port" "$(printf 'x%.0s' $(seq 1024))" >"$work/origin.conf"
[ -f "$root/benchmarks/target/benchmarks.jar" ] || fail "the benchmarks are not built (expected: ./mvnw -DskipTests -DskipITs package)"
sockets=("$java" -XX:+UseSerialGC -Xmx256m -cp "$root/benchmarks/target/benchmarks.jar" app.rcommerce.gateway.benchmarks.load.WebSocketLoad)
# Each relayed socket takes two files of a proxy.
ulimit -n "$(ulimit -Hn)" || true
launch echo 1 "$java" -XX:+UseSerialGC -Xmx256m -cp "$root/benchmarks/target/benchmarks.jar" app.rcommerce.gateway.benchmarks.load.WebSocketEcho "$echo_port"
await echo "$echo_port"
launch origin 1 nginx -p "$work" -c "$work/origin.conf"
await origin "$origin_port"
for peer in "${peers[@]}"; do
  start "$peer"
  [ "$(curl -sk -o /dev/null -w '%{http_version} %{http_code}' --http2 "https://localhost:$(port "$peer" tls)$path")" = "2 200" ] ||
    fail "$peer does not answer by HTTP/2 and TLS"
done
if [[ " ${peers[*]} " == *" gateway "* ]]; then
  # A JVM on one processor compiles for a while, less long the more it is asked: not at a fixed rate.
  for part in "${parts[@]}"; do
    full=${part%99}
    full=${full%-}
    [ "$part" = idle ] || for i in 1 2 3 4; do run gateway "$full" 5 >/dev/null; done
    [ "$full" = "$part" ] || run gateway "$part" 5 >/dev/null
  done
fi
for ((round = 1; round <= rounds; round++)); do
  for part in "${parts[@]}"; do
    for peer in "${peers[@]}"; do measure "$peer" "$part" "$round"; done
  done
done
[ -z "${RESULTS:-}" ] || cp "$work/results" "$RESULTS"
echo "$(grep -m 1 'model name' /proc/cpuinfo | cut -d : -f 2 | xargs), $(nproc) processors, Linux $(uname -r), $rounds rounds of $seconds s;" \
  "gateway by $(sed -n 's/.*serving on .* by \([a-z_]*\).*/\1/p' "$work/gateway.out" 2>/dev/null | sort -u | xargs), $(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo 'no commit')"
echo
echo "| CPU us; idle: KiB; 99: us | $(printf '%s | ' "${peers[@]}")of nginx |"
echo "|---|$(printf -- '---|%.0s' "${peers[@]}")---|"
median_of() { sort -n | awk '{ v[NR] = $1 } END { if (NR) print v[int((NR + 1) / 2)] }'; }
of() { awk -F'\t' -v s="$1" -v p="$2" '$1 == s && $2 == p { print $3 }' "$work/results"; } # PART PEER
median() { of "$@" | median_of; }
# The median of the ratios within a round, which pass over what changes the machine from one to another.
ratio() { # PART
  paste <(of "$1" gateway) <(of "$1" nginx) | awk '$1 > 0 && $2 > 0 { printf "%.2f\n", $1 / $2 }' | median_of
}
line() { # PART
  local line="| $1 |" peer
  for peer in "${peers[@]}"; do line+=" $(median "$1" "$peer") |"; done
  echo "$line $(ratio "$1") |"
}
# A part without what another one costs.
above() { # PART PART-TO-SUBTRACT
  local line="| $1 - $2 |" value base mine peer
  for peer in "${peers[@]}"; do
    value=$(awk -v a="$(median "$1" "$peer")" -v b="$(median "$2" "$peer")" 'BEGIN { printf "%.2f", a - b }')
    line+=" $value |"
    [ "$peer" != nginx ] || base=$value
    [ "$peer" != gateway ] || mine=$value
  done
  echo "$line $(awk -v a="${mine:-0}" -v b="${base:-0}" 'BEGIN { if (b > 0 && a > 0) printf "%.2f", a / b }') |"
}
for part in "${parts[@]}"; do line "$part"; done
if [[ " ${parts[*]} " == *" connect "* ]]; then
  for part in full resumed; do [[ " ${parts[*]} " != *" $part "* ]] || above "$part" connect; done
fi
