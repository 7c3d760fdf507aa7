#!/usr/bin/env bash
# Measures what honest clients see of a gateway process alone, and beside 200,000 new addresses, one refused client, and a
# million bad tokens, and writes it to docs/FAIRNESS.md. Wants redis-server and a JDK 25; takes about fifteen minutes,
# or a tenth of the floods with 10 for PERCENT.
#
#   benchmarks/fairness.sh [PERCENT [FILE]]      (default: 100 percent of each flood)
set -euo pipefail

percent=${1:-100}
root=$(cd "$(dirname "$0")/.." && pwd)
file=${2:-$root/docs/FAIRNESS.md}

command -v redis-server >/dev/null || { echo "fairness.sh: redis-server is missing" >&2; exit 1; }
java=$("$root/gateway-server/src/main/bin/find-java")
[ -d "$root/benchmarks/target/lib" ] || (cd "$root" && ./mvnw -q -B -DskipTests -pl benchmarks -am package)
exec "$java" -cp "$root/benchmarks/target/benchmarks.jar" \
  app.rcommerce.gateway.benchmarks.fairness.Fairness "$root/gateway" "$file" "$percent"
