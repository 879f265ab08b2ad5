#!/bin/sh
# The password goes by a file of this pod's own: in arguments, everybody who may list processes could read it.
set -eu
umask 077
printf 'requirepass %s\n' "$(cat "$REDIS_PASSWORD_FILE")" >/tmp/secret.conf
exec redis-server /config/redis.conf --maxmemory "${MAX_MEMORY_MIB}mb"
