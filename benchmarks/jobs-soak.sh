#!/usr/bin/env bash
# A queue while gateways are killed and suspended and the upstream goes away: all that was answered 202 is forwarded, in its order where it has
# one. Ends with 1 where a job was lost or an order was not kept.
#
#   benchmarks/jobs-soak.sh [MINUTES [SEED]]     (default: 10)
#
#   STORE=redis      three gateways on one Redis with an append-only file, which is killed too (default; wants a redis-server on the PATH)
#   STORE=journal    one gateway without Redis, whose queue has a journal
#
# Wants ./mvnw -DskipTests -DskipITs package to have been run. Listens on 127.0.0.1 only.
set -Eeuo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/.." && pwd)
java=$("$root/gateway-server/src/main/bin/find-java") || exit 1
JAVA_HOME=$(cd "$(dirname "$java")/.." && pwd)
export JAVA_HOME
gateway=$(compgen -G "$root/gateway-server/target/rcommerce-gateway-*/rcommerce-gateway-*/bin/gateway" | head -n 1)
case ${STORE:=redis} in
  redis) store=$(command -v redis-server) || { echo "jobs-soak.sh: missing: redis-server (or leave it out: STORE=journal)" >&2; exit 1; } ;;
  journal) store=journal ;;
  *) echo "jobs-soak.sh: STORE=$STORE (expected: redis or journal)" >&2; exit 1 ;;
esac
[ -n "$gateway" ] || { echo "jobs-soak.sh: the gateway is not built (expected: ./mvnw -DskipTests -DskipITs package)" >&2; exit 1; }
exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC -cp "$root/benchmarks/target/benchmarks.jar" \
  app.rcommerce.gateway.benchmarks.soak.JobsSoak "$gateway" "$store" "${1:-10}" ${2:+"$2"}
