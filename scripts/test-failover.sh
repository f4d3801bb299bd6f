#!/usr/bin/env bash
# The failover drill with Docker: takes the Redis master away under load, first paused (connections stay open, nothing
# answers), then killed, and counts what clients were told. Ends with 1 when any answer was a 5xx or none at all, or when
# no replica took over. `npm run drill:failover` does the same without Docker.
set -euo pipefail
cd "$(dirname "$0")/.."

export REDIS_PASSWORD="${REDIS_PASSWORD:-drill}" HTTP_PORT="${HTTP_PORT:-18080}"
export RATE_LIMIT_FALLBACK_MEMORY=true
# Ten a minute are allowed here, so that there is something to deny, too.
readonly url="http://127.0.0.1:${HTTP_PORT}/api/plans"
readonly seconds_down=15

statuses="$(mktemp)"
load=''

compose() {
  docker compose -p floodgate-drill -f docker-compose.sentinel.yml "$@"
}

finish() {
  [[ -z "$load" ]] || kill "$load" 2>/dev/null || true
  compose down --volumes --timeout 5 >/dev/null 2>&1 || true
  rm -f "$statuses"
}
trap finish EXIT
trap 'exit 130' INT TERM

# A request ten times a second, one status a line; 000 is no answer within two seconds.
keep_load() {
  while true; do
    curl -s -o /dev/null -m 2 -w '%{http_code}\n' -H 'x-user: drill' "$url" >>"$statuses" || true
    sleep 0.1
  done
}

master_address() {
  compose exec -T sentinel-1 redis-cli -p 26379 sentinel get-master-addr-by-name floodgate | head -n 1 | tr -d '\r'
}

service_of() {
  case "$1" in
    172.28.250.1[123]) echo "redis-${1: -1}" ;;
    *)
      echo "The Sentinels name $1 as master, which is none of ours." >&2
      return 1
      ;;
  esac
}

# Takes the master away with the given command of compose and waits until another one is named.
take_master_away() {
  local how="$1" before service after
  before="$(master_address)"
  service="$(service_of "$before")"
  echo "${how} ${service} (${before}) …"
  compose "$how" "$service" >/dev/null
  sleep "$seconds_down"
  after="$(master_address)"
  if [[ "$how" == pause ]]; then compose unpause "$service" >/dev/null; else compose start "$service" >/dev/null; fi
  if [[ "$after" == "$before" ]]; then
    echo "No replica took over from ${service} within ${seconds_down} s." >&2
    exit 1
  fi
  echo "  the master is now $(service_of "$after") (${after})"
  # The old master joins as a replica before the next round.
  sleep "$seconds_down"
}

compose up --build --detach --wait
keep_load &
load=$!
sleep 3
take_master_away pause
take_master_away kill
kill "$load" 2>/dev/null || true
wait "$load" 2>/dev/null || true
load=''

echo
echo 'count status'
sort "$statuses" | uniq -c
[[ -s "$statuses" ]] || {
  echo 'The load sent nothing.' >&2
  exit 1
}
if grep -qE '^(5..|000)$' "$statuses"; then
  echo 'FAILED: some requests were answered with a 5xx, or not at all.' >&2
  exit 1
fi
echo 'OK: every request was answered, none with a 5xx.'
