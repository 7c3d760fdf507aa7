#!/usr/bin/env bash
# Loads nginx and the gateway in turn with the same plain requests and prints, for each, requests per second and the
# CPU time the proxy spent on one request. Wants nginx, wrk and taskset (Debian: nginx-light wrk util-linux) and two
# processors: the proxy under test has the first one to itself, the load and the origin share the second.
#
#   benchmarks/load/compare.sh [ROUNDS [SECONDS [CONNECTIONS]]]      (default: 5 rounds of 6 seconds, 32 connections)
set -euo pipefail

rounds=${1:-5}
seconds=${2:-6}
connections=${3:-32}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
pids=()

cleanup() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

for tool in nginx wrk taskset; do
  command -v "$tool" >/dev/null || PATH=$PATH:/usr/sbin command -v "$tool" >/dev/null || { echo "compare.sh: $tool is missing" >&2; exit 1; }
done
PATH=$PATH:/usr/sbin

# The origin: 1 KiB of JSON, kept alive.
body=$(printf 'x%.0s' $(seq 1000))
cat >"$work/origin.conf" <<CONF
daemon off; worker_processes 1; error_log $work/origin.log crit; pid $work/origin.pid;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 100000000; keepalive_timeout 600s;
  client_body_temp_path $work/o1; proxy_temp_path $work/o2; fastcgi_temp_path $work/o3; uwsgi_temp_path $work/o4; scgi_temp_path $work/o5;
  server { listen 127.0.0.1:28081 backlog=1024; location / { default_type application/json; return 200 '{"data":"$body"}'; } } }
CONF
cat >"$work/proxy.conf" <<CONF
daemon off; worker_processes 1; error_log $work/proxy.log crit; pid $work/proxy.pid;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 100000000; keepalive_timeout 600s;
  client_body_temp_path $work/p1; proxy_temp_path $work/p2; fastcgi_temp_path $work/p3; uwsgi_temp_path $work/p4; scgi_temp_path $work/p5;
  upstream origin { server 127.0.0.1:28081; keepalive 128; keepalive_requests 100000000; }
  server { listen 127.0.0.1:28082 backlog=1024; location / { proxy_pass http://origin; proxy_http_version 1.1;
    proxy_set_header Connection ""; proxy_set_header Host \$host; proxy_set_header X-Real-IP \$remote_addr;
    proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto \$scheme; } } }
CONF
cat >"$work/gateway.toml" <<CONF
[server]
listen = ["127.0.0.1:28083"]
workers = 1
access_log = false
[server.admin]
listen = "127.0.0.1:28084"
[upstreams.origin]
servers = ["http://127.0.0.1:28081"]
[[routes]]
name = "all"
path = "/**"
upstream = "origin"
CONF

taskset -c 1 nginx -p "$work" -c "$work/origin.conf" & pids+=($!)
taskset -c 0 nginx -p "$work" -c "$work/proxy.conf" & pids+=($!)
taskset -c 0 "$root/gateway" run --config "$work/gateway.toml" >"$work/gateway.log" 2>&1 & gateway=$!
pids+=("$gateway")

for port in 28081 28082 28083; do
  for _ in $(seq 200); do
    curl -s -o /dev/null "http://127.0.0.1:$port/" && break
    sleep 0.1
  done
done
nginx_worker=$(pgrep -P "$(cat "$work/proxy.pid")")
gateway_pid=$gateway

# User and system time of a process so far, in clock ticks (1/100 s).
ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }

load() { taskset -c 1 wrk -t1 -c"$connections" -d"$1"s --latency "http://127.0.0.1:$2/api/v1/products"; }

measure() { # name port pid
  local before after out requests rate p99
  before=$(ticks "$3")
  out=$(load "$seconds" "$2")
  after=$(ticks "$3")
  requests=$(awk '/requests in/ { print $1 }' <<<"$out")
  rate=$(awk '/Requests\/sec/ { print $2 }' <<<"$out")
  p99=$(awk '$1 == "99%" { print $2 }' <<<"$out")
  awk -v n="$1" -v t=$((after - before)) -v r="$requests" -v q="$rate" -v p="$p99" \
    'BEGIN { printf "%-8s %10.0f requests/s %8.2f us CPU/request   p99 %s\n", n, q, t * 10000 / r, p }' | tee -a "$work/results"
}

echo "warming up ..."
load 12 28083 >/dev/null
load 3 28082 >/dev/null
for round in $(seq "$rounds"); do
  measure nginx 28082 "$nginx_worker"
  measure gateway 28083 "$gateway_pid"
done

median() { awk -v n="$1" '$1 == n { print $'"$2"' }' "$work/results" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
nginx_cpu=$(median nginx 4)
gateway_cpu=$(median gateway 4)
awk -v a="$nginx_cpu" -v b="$gateway_cpu" 'BEGIN { printf "\nmedian CPU per request: nginx %.2f us, gateway %.2f us, ratio %.2f\n", a, b, b / a }'
