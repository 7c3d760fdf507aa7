#!/usr/bin/env bash
# Topics at three gateways on one Redis while nodes are killed and Redis is restarted: every subscriber gets every message once, or is
# told of the gap. Ends with 1 where one was hidden.
#
#   benchmarks/events-soak.sh [MINUTES [SEED]]     (default: 5)
#
# Wants a redis-server on the PATH, and ./mvnw -DskipTests -DskipITs package to have been run. Listens on 127.0.0.1 only.
set -Eeuo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/.." && pwd)
java=$("$root/gateway-server/src/main/bin/find-java") || exit 1
JAVA_HOME=$(cd "$(dirname "$java")/.." && pwd)
export JAVA_HOME
gateway=$(compgen -G "$root/gateway-server/target/rcommerce-gateway-*/rcommerce-gateway-*/bin/gateway" | head -n 1)
redis=$(command -v redis-server) || { echo "events-soak.sh: missing: redis-server" >&2; exit 1; }
[ -n "$gateway" ] || { echo "events-soak.sh: the gateway is not built (expected: ./mvnw -DskipTests -DskipITs package)" >&2; exit 1; }
exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC -cp "$root/benchmarks/target/benchmarks.jar" \
  app.rcommerce.gateway.benchmarks.soak.EventsSoak "$gateway" "$redis" "${1:-5}" ${2:+"$2"}
