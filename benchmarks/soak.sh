#!/usr/bin/env bash
# Leases three nodes' permits from a real Redis for a while, with random load, pauses, deaths and clock steps, and checks
# every span of every window against its quota. Wants redis-server, redis-cli and a JDK 25; exits with 1 on a violation.
#
#   benchmarks/soak.sh [MINUTES [single|cluster [SEED]]]       (default: 10 minutes, single, a new seed)
set -euo pipefail

minutes=${1:-10}
kind=${2:-single}
seed=${3:-0}
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
pids=()

cleanup() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

java=$("$root/gateway-server/src/main/bin/find-java")
[ -d "$root/benchmarks/target/lib" ] || (cd "$root" && ./mvnw -q -B -DskipTests -pl benchmarks -am package)

ports=(27391)
[ "$kind" = cluster ] && ports=(27391 27392 27393)
addresses=()
for port in "${ports[@]}"; do
  mkdir "$work/$port"
  options=(--bind 127.0.0.1 --port "$port" --save '' --dir "$work/$port")
  [ "$kind" = cluster ] && options+=(--cluster-enabled yes)
  redis-server "${options[@]}" >"$work/$port.log" & pids+=($!)
  addresses+=("127.0.0.1:$port")
done
for port in "${ports[@]}"; do
  until redis-cli -p "$port" ping >/dev/null 2>&1; do sleep 0.1; done
done
if [ "$kind" = cluster ]; then
  redis-cli --cluster create "${addresses[@]}" --cluster-yes >/dev/null
  until redis-cli -p 27391 cluster info | grep -q cluster_state:ok; do sleep 0.2; done
fi

"$java" --enable-native-access=ALL-UNNAMED -cp "$root/benchmarks/target/benchmarks.jar" \
  app.rcommerce.gateway.benchmarks.soak.LeaseSoak "$minutes" "$seed" "${addresses[@]}" >"$work/out" || status=$?
grep -v ' INFO ' "$work/out"
for port in "${ports[@]}"; do
  redis-cli -p "$port" info commandstats | grep -E 'eval' || true
done
exit "${status:-0}"
