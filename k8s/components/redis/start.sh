#!/bin/sh
# Writes the users that the Secret describes, and becomes Redis. Passwords are stored as hashes, and are on no command line.
set -eu
umask 077
run=${REDIS_RUN:-/run/redis}
conf=${REDIS_CONF:-/etc/redis/redis.conf}

hash() { printf %s "$1" | sha256sum | cut -d ' ' -f 1; }

cat >"$run/users.acl" <<USERS
user default off
user $REDIS_USERNAME on #$(hash "$REDIS_PASSWORD") ~rl:* resetchannels -@all +evalsha +script|load +hgetall +hget +hmget +hlen +hset +hdel +pexpire +time +ping +info +client|setname +select +multi +exec +set +get +setrange +del +exists +sadd +srem +smembers +bitfield +pexpireat +hincrby +hsetnx +hvals +zadd +zrem +zcard +zcount +zrange +zrangebyscore +zrevrangebyscore +zremrangebyscore +xadd +xdel +xtrim +xrange +xrevrange
user admin on #$(hash "$REDIS_ADMIN_PASSWORD") ~* &* +@all
USERS
unset REDIS_PASSWORD REDIS_ADMIN_PASSWORD
exec redis-server "$conf" --aclfile "$run/users.acl"
