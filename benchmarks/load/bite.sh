#!/usr/bin/env bash
# Starts a Redis and three gateways, and prints how soon a block and a revocation that redis-cli might have written are
# refused by all of them: with near copies that Redis tells of changes, then with every request asking (strict). Wants
# redis-server and a JDK 25.
#
#   benchmarks/load/bite.sh [ROUNDS]      (default: 500)
set -euo pipefail

rounds=${1:-500}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
pids=()

stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  pids=()
}
trap 'stop; rm -rf "$work"' EXIT

command -v redis-server >/dev/null || { echo "bite.sh: redis-server is missing" >&2; exit 1; }
java=$("$root/gateway-server/src/main/bin/find-java")
secret="a secret of more than thirty-two characters"

measure() {
  redis-server --port 28379 --bind 127.0.0.1 --save '' --appendonly no --dir "$work" >"$work/redis.log" & pids+=($!)
  for i in 1 2 3; do
    cat >"$work/gateway$i.toml" <<CONF
[server]
listen = ["127.0.0.1:2809$i"]
workers = 1
access_log = false
trusted_proxies = ["127.0.0.0/8"]
[server.admin]
listen = "127.0.0.1:2819$i"
[cache]
cache_type = "Redis"
consistency = "$1"
near_ttl = "10s"
[cache.redis]
port = 28379
[auth.jwt]
algorithms = ["HS256"]
secret = "$secret"
[upstreams.nobody]
servers = ["http://127.0.0.1:1"]
[[routes]]
name = "bite"
path = "/bite"
upstream = "nobody"
auth = "required"
CONF
    "$root/gateway" run --config "$work/gateway$i.toml" >"$work/gateway$i.log" 2>&1 & pids+=($!)
  done
  for i in 1 2 3; do
    for _ in $(seq 200); do
      curl -s "http://127.0.0.1:2819$i/admin/v1/status" | grep -q '"tracking":"active"' && break
      sleep 0.1
    done
  done
  echo "consistency = \"$1\""
  "$java" "$here/Bite.java" "$rounds" 28379 "$secret" 28091 28092 28093
  stop
}

measure near
measure strict
