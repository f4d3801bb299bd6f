#!/bin/sh
# Finds out who the master is, writes configuration and users, and becomes Redis. No password is on a command line.
set -eu
umask 077
run=${REDIS_RUN:-/run/redis}
self=$HOSTNAME.$REDIS_DOMAIN
first=$REDIS_FIRST.$REDIS_DOMAIN

hash() { printf %s "$1" | sha256sum | cut -d ' ' -f 1; }
quote() { printf '"%s"' "$(printf %s "$1" | sed 's/[\\"]/\\&/g')"; }

# The master as the first Sentinel that answers knows it; nothing where none does.
master() {
  for sentinel in $SENTINELS; do
    REDISCLI_AUTH=$SENTINEL_PASSWORD timeout 3 redis-cli -h "$sentinel" -p 26379 \
      sentinel get-master-addr-by-name floodgate 2>/dev/null | head -n 1 | grep '[.]' && return
  done
  true
}

found=$(master)
if [ "$found" = "$self" ]; then
  # This was the master, and has come back empty: its replicas would copy that. Time for the Sentinels to choose another.
  sleep "${FAILOVER_WAIT:-10}"
  found=$(master)
fi
# Nobody knows: the very first start.
found=${found:-$first}

cat >"$run/users.acl" <<USERS
user default off
user $REDIS_USERNAME on #$(hash "$REDIS_PASSWORD") ~rl:* resetchannels -@all +evalsha +script|load +hgetall +hget +hmget +hlen +hset +hdel +pexpire +time +ping +info +client|setname +select +multi +exec +set +get +setrange +del +exists +sadd +srem +smembers +bitfield +pexpireat +hincrby +hsetnx +hvals +zadd +zrem +zcard +zcount +zrange +zrangebyscore +zrevrangebyscore +zremrangebyscore +xadd +xdel +xtrim +xrange +xrevrange
user admin on #$(hash "$REDIS_ADMIN_PASSWORD") ~* &* +@all
USERS
cat >"$run/redis.conf" <<CONF
include ${REDIS_CONF:-/etc/redis/redis.conf}
dir $run
aclfile $run/users.acl
masteruser admin
masterauth $(quote "$REDIS_ADMIN_PASSWORD")
replica-announce-ip $self
CONF
[ "$found" = "$self" ] || echo "replicaof $found 6379" >>"$run/redis.conf"
unset REDIS_PASSWORD REDIS_ADMIN_PASSWORD SENTINEL_PASSWORD
exec redis-server "$run/redis.conf" ${REDIS_ARGS:-}
