# What each peer is: which scenarios it serves, how it is started, where it listens; read by compare.sh.

first_port=${FIRST_PORT:-26700}
origin_port=$first_port
redis_port=$((first_port + 1))
# Callers that are new each time have a Redis to themselves: what expires there is not the others' cost.
cold_redis_port=$((first_port + 2))

serves() { # PEER SCENARIO
  local scenarios
  case $1 in
    nginx) scenarios=ADE ;;
    nginx-lua) scenarios=BCDEHN ;;
    varnish) scenarios=D ;;
    spring) scenarios=ABCDEH ;;
    haproxy | gateway) scenarios=ABCDEHN ;;
    *) fail "$1: no such peer (expected: nginx, nginx-lua, haproxy, varnish, spring, gateway)" ;;
  esac
  [[ $scenarios == *$2* ]]
}

port() { # PEER SCENARIO
  local at scenario=$2
  # H is B with other requests; only a JVM is another one.
  if [ "$scenario" = H ] && ! is_jvm "$1"; then scenario=B; fi
  case $1 in
    nginx) at=10 ;; nginx-lua) at=20 ;; haproxy) at=30 ;; varnish) at=40 ;; spring) at=50 ;; gateway) at=60 ;;
  esac
  case $scenario in
    B) at=$((at + 1)) ;; C) at=$((at + 2)) ;; D) at=$((at + 3)) ;; E) at=$((at + 4)) ;;
    H) at=$((at + 5)) ;; N) at=$((at + 6)) ;;
  esac
  echo $((first_port + at))
}

is_jvm() { [[ $1 == spring || $1 == gateway ]]; }

# A JVM learns from what it runs, so each scenario has one of its own; the others serve all from one process.
name_of() { # PEER SCENARIO
  if is_jvm "$1"; then echo "$1-$2"; else echo "$1"; fi
}

# Fills a template. Values hold neither slashes nor ampersands but for paths, hence the odd separator.
fill() { # TEMPLATE TO PEER SCENARIO
  sed -e "s|@WORK@|$work|g" -e "s|@ORIGIN@|$origin_port|g" -e "s|@REDIS@|$redis_port|g" \
    -e "s|@COLD_REDIS@|$cold_redis_port|g" -e "s|@TRANSPORT@|$transport|g" \
    -e "s|@USER@|$(id -un)|g" -e "s|@GROUP@|$(id -gn)|g" -e "s|@BODY@|$body|g" \
    -e "s|@SECRET@|$secret|g" \
    -e "s|@PORT@|$(port "$3" "$4")|g" -e "s|@ADMIN@|$(($(port "$3" "$4") + 10))|g" \
    -e "s|@A@|$(port "$3" A)|g" -e "s|@B@|$(port "$3" B)|g" -e "s|@C@|$(port "$3" C)|g" \
    -e "s|@D@|$(port "$3" D)|g" -e "s|@E@|$(port "$3" E)|g" \
    -e "s|@N@|$(port "$3" N)|g" "$here/$1" >"$work/$2"
}

# Writes the files of what serves a scenario.
configure() { # PEER SCENARIO
  local template=$2
  [ "$template" != H ] || template=B
  case $1 in
    nginx | nginx-lua)
      fill "$1.conf" "$1.conf" "$1" "$2"
      cp "$here/policies.lua" "$work/"
      ;;
    haproxy)
      fill haproxy.cfg haproxy.cfg haproxy "$2"
      echo 203.0.113.9 >"$work/haproxy-addresses.acl"
      echo key:blocked >"$work/haproxy-callers.acl"
      echo revoked >"$work/haproxy-tokens.acl"
      ;;
    varnish) fill varnish.vcl varnish.vcl varnish "$2" ;;
    spring) fill "spring/${template,}.yml" "spring-$2.yml" spring "$2" ;;
    gateway)
      fill "gateway/${template,}.toml" "gateway-$2.toml" gateway "$2"
      [ "$template" != B ] || cat "$work/keys.toml" >>"$work/gateway-$2.toml"
      ;;
  esac
}

# Starts what serves a scenario, on these processors, unless it runs already.
start() { # PEER SCENARIO PROCESSORS
  local name
  name=$(name_of "$1" "$2")
  [ -z "${pids[$name]:-}" ] || return 0
  case $1 in
    nginx | nginx-lua) launch "$name" "$3" nginx -p "$work" -c "$work/$1.conf" ;;
    haproxy) launch "$name" "$3" haproxy -db -f "$work/haproxy.cfg" ;;
    varnish)
      launch "$name" "$3" varnishd -F -j none -n "$work/varnish" -T none -s malloc,64m -f "$work/varnish.vcl" \
        -a "127.0.0.1:$(port varnish D)" -p thread_pools=1
      ;;
    spring)
      # On one processor the serial collector is what the JVM would choose; the rest is what the gateway runs with.
      launch "$name" "$3" "$java" -XX:+UseSerialGC -Xms64m -Xmx512m -XX:+UseCompactObjectHeaders \
        --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Dreactor.netty.ioWorkerCount=1 \
        -jar "$spring" --spring.config.location="file:$work/spring-$2.yml"
      ;;
    gateway) launch "$name" "$3" "$gateway" run --config "$work/gateway-$2.toml" ;;
  esac
}

# Waits for what was started, and finds the process that does its work.
ready() { # PEER SCENARIO
  local name
  name=$(name_of "$1" "$2")
  await "$name" "$(port "$1" "$2")"
  case $1 in
    nginx | nginx-lua) measured[$name]=$(worker_of "${pids[$name]}") ;;
    varnish) measured[$name]=$(child_of "${pids[$name]}") ;;
  esac
}

# nginx's worker, among whatever other processes its master has.
worker_of() { # PID
  local pid
  for pid in $(pgrep -P "$1"); do
    grep -q 'worker process' "/proc/$pid/cmdline" && echo "$pid" && return
  done
  fail "nginx ($1) has no worker"
}

# What one client of the scenario sends; the answer is in `fields`, as arguments for curl and wrk.
fields_of() { # SCENARIO
  fields=()
  case $1 in
    B | H) fields=(-H "X-API-Key: $key") ;;
    C) fields=(-H "Authorization: Bearer $token") ;;
    N) fields=(-H "X-Forwarded-For: 192.0.2.1") ;;
  esac
}

# Who asks in turn, where many do; the answer is in `turn`: the name of a field, and the file of its values.
callers_of() { # PEER SCENARIO
  turn=()
  case $2 in
    B) turn=(X-API-Key "$work/keys") ;;
    C) turn=(Authorization "$work/authorizations") ;;
    N)
      # From the address on at which this peer's last run ended, so that it is long before one comes again.
      local last
      last=$(cat "$work/last-address-$1" 2>/dev/null || echo 0)
      { tail -n +$((last + 1)) "$work/addresses" && head -n "$last" "$work/addresses"; } >"$work/addresses-$1"
      turn=(X-Forwarded-For "$work/addresses-$1")
      ;;
  esac
}

# So many requests of callers in turn were sent.
passed() { # PEER SCENARIO REQUESTS
  [ "$2" = N ] || return 0
  local last
  last=$(cat "$work/last-address-$1" 2>/dev/null || echo 0)
  echo $(((last + $3) % addresses)) >"$work/last-address-$1"
}

path=/api/v1/products

status() { # PEER SCENARIO [curl's arguments]
  local peer=$1 scenario=$2
  shift 2
  curl -s -m 10 -o /dev/null -w '%{http_code}' "$@" "http://127.0.0.1:$(port "$peer" "$scenario")$path" || true
}

origin_requests() { curl -s "http://127.0.0.1:$origin_port/status" | awk 'NR == 3 { print $3 }'; }

# A peer that is still cold may answer without its store for a moment, hence several attempts.
expect() { # PEER SCENARIO WHAT STATUSES [curl's arguments]
  local peer=$1 scenario=$2 what=$3 statuses=$4 got i
  shift 4
  for ((i = 0; i < 20; i++)); do
    got=$(status "$peer" "$scenario" "$@")
    [[ " $statuses " != *" $got "* ]] || return 0
    sleep 0.2
  done
  fail "$peer, scenario $scenario: $what got $got (expected: $statuses)"
}

# That a peer does the scenario's work at all, before its time is taken.
check() { # PEER SCENARIO
  local before i
  fields_of "$2"
  expect "$1" "$2" "a good request" "200 429" "${fields[@]}"
  [ "$2" = E ] || expect "$1" "$2" "a good request" 200 "${fields[@]}"
  case $2 in
    B | H)
      expect "$1" "$2" "no key" 401
      expect "$1" "$2" "an unknown key" 401 -H "X-API-Key: bench.unknown"
      expect "$1" "$2" "a blocked key" 403 -H "X-API-Key: $blocked_key"
      expect "$1" "$2" "the last caller's key" 200 -H "X-API-Key: $(tail -n 1 "$work/keys")"
      ;;
    C)
      expect "$1" C "no token" 401
      expect "$1" C "a forged token" 401 -H "Authorization: Bearer $forged"
      expect "$1" C "an expired token" 401 -H "Authorization: Bearer $expired"
      expect "$1" C "a revoked token" "401 403" -H "Authorization: Bearer $revoked"
      expect "$1" C "the last caller's token" 200 -H "Authorization: $(tail -n 1 "$work/authorizations")"
      ;;
    N) expect "$1" N "a blocked address" 403 -H "X-Forwarded-For: 203.0.113.9" ;;
    D)
      for ((i = 0; i < 20; i++)); do
        before=$(origin_requests)
        expect "$1" D "a request" 200
        # The question itself is one request.
        [ $(($(origin_requests) - before)) -gt 1 ] || return 0
        sleep 0.2
      done
      fail "$1, scenario D: the origin is asked for what is stored"
      ;;
    E) expect "$1" E "a request over the limit" 429 ;;
  esac
}
