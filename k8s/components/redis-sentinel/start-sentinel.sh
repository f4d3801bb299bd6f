#!/bin/sh
# Writes the configuration, in which Sentinel then keeps what it learns, and becomes Sentinel.
set -eu
umask 077
run=${REDIS_RUN:-/run/redis}

quote() { printf '"%s"' "$(printf %s "$1" | sed 's/[\\"]/\\&/g')"; }

# One that has lost its configuration takes the master from the others.
known=$(
  for sentinel in $SENTINELS; do
    [ "$sentinel" = "$HOSTNAME.$SENTINEL_DOMAIN" ] && continue
    REDISCLI_AUTH=$SENTINEL_PASSWORD timeout 3 redis-cli -h "$sentinel" -p 26379 \
      sentinel get-master-addr-by-name floodgate 2>/dev/null | head -n 1 | grep '[.]' && break
  done
  true
)

cat >"$run/sentinel.conf" <<CONF
port 26379
bind ${SENTINEL_BIND:-* -::*}
dir $run
requirepass $(quote "$SENTINEL_PASSWORD")
sentinel sentinel-pass $(quote "$SENTINEL_PASSWORD")
# Addresses change with every new pod, names do not.
sentinel resolve-hostnames yes
sentinel announce-hostnames yes
sentinel announce-ip $HOSTNAME.$SENTINEL_DOMAIN
# Two of the three must agree that the master is gone.
sentinel monitor floodgate ${known:-$REDIS_FIRST.$REDIS_DOMAIN} 6379 2
sentinel auth-user floodgate admin
sentinel auth-pass floodgate $(quote "$REDIS_ADMIN_PASSWORD")
# Short: without a master every instance falls back to its share of the limits.
sentinel down-after-milliseconds floodgate 3000
sentinel failover-timeout floodgate 10000
sentinel parallel-syncs floodgate 1
CONF
unset REDIS_ADMIN_PASSWORD SENTINEL_PASSWORD
exec redis-server "$run/sentinel.conf" --sentinel
