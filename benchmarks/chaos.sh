#!/usr/bin/env bash
# Lets Redis fail in every way while a gateway is under load, and writes what clients saw to docs/CHAOS.md. Wants
# redis-server, redis-sentinel, redis-cli and a JDK 25; takes about six minutes.
#
#   benchmarks/chaos.sh [WORD [FILE]]      (default: every fault; a word chooses those whose name contains it)
set -euo pipefail

word=${1:-}
root=$(cd "$(dirname "$0")/.." && pwd)
file=${2:-$root/docs/CHAOS.md}

for tool in redis-server redis-cli; do
  command -v "$tool" >/dev/null || { echo "chaos.sh: $tool is missing" >&2; exit 1; }
done
java=$("$root/gateway-server/src/main/bin/find-java")
[ -d "$root/benchmarks/target/lib" ] || (cd "$root" && ./mvnw -q -B -DskipTests -pl benchmarks -am package)
exec "$java" --enable-native-access=ALL-UNNAMED -cp "$root/benchmarks/target/benchmarks.jar" \
  app.rcommerce.gateway.benchmarks.chaos.Chaos "$file" "$word"
