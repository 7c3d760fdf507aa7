#!/usr/bin/env bash
# Measures what honest clients see of a gateway process beside 200,000 new addresses, one refused client, and a million bad
# tokens, and beside the same floods sent elsewhere, and writes it to docs/FAIRNESS.md. Wants redis-server, util-linux and a
# JDK 25; takes about a quarter of an hour, or with 10 for PERCENT, which sends a tenth of each flood, five minutes.
#
#   benchmarks/fairness.sh [PERCENT [FILE]]      (default: 100 percent of each flood)
set -euo pipefail

percent=${1:-100}
root=$(cd "$(dirname "$0")/.." && pwd)
file=${2:-$root/docs/FAIRNESS.md}

command -v chrt >/dev/null || { echo "fairness.sh: chrt is missing (util-linux)" >&2; exit 1; }
command -v redis-server >/dev/null || { echo "fairness.sh: redis-server is missing" >&2; exit 1; }
java=$("$root/gateway-server/src/main/bin/find-java")
[ -d "$root/benchmarks/target/lib" ] || (cd "$root" && ./mvnw -q -B -DskipTests -pl benchmarks -am package)
exec "$java" -cp "$root/benchmarks/target/benchmarks.jar" \
  app.rcommerce.gateway.benchmarks.fairness.Fairness "$root/gateway" "$file" "$percent"
