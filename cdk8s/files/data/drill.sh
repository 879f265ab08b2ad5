#!/bin/sh
# Weekly: the newest dump is restored into a PostgreSQL of this pod's own, and time and rows are told. A backup that was
# never restored is a hope.
set -eu
began=$(date +%s)
dump=$(find /backups/dumps -name '*.dump' | sort | tail -n 1)
if [ -z "$dump" ]; then
  echo '{"level":"error","msg":"restore drill: there is no dump"}'
  exit 1
fi
age=$((began - $(stat -c %Y "$dump")))
export PGDATA=/scratch/data PGHOST=/scratch PGUSER=drill
# a user id without a name: initdb wants one
NSS_WRAPPER_PASSWD=$(mktemp)
NSS_WRAPPER_GROUP=$(mktemp)
echo "drill:x:$(id -u):$(id -g)::/scratch:/bin/false" >"$NSS_WRAPPER_PASSWD"
echo "drill:x:$(id -g):" >"$NSS_WRAPPER_GROUP"
export NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP
LD_PRELOAD=libnss_wrapper.so initdb --username=drill --auth=trust >/dev/null
pg_ctl -w -o "-c listen_addresses='' -c unix_socket_directories=/scratch -c fsync=off -c max_connections=10" start >/dev/null
trap 'pg_ctl -m immediate stop >/dev/null' EXIT
createdb restored
pg_restore --dbname=restored --no-owner --no-privileges --exit-on-error "$dump"
rows=$(psql -d restored -Atc "
  SELECT coalesce(sum((xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I.%I', schemaname, tablename), false, true, '')))[1]::text::bigint), 0)
  FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")
seconds=$(($(date +%s) - began))
printf '{"level":"info","msg":"restore drill","dump":"%s","ageSeconds":%s,"rows":%s,"seconds":%s}\n' "${dump##*/}" "$age" "$rows" "$seconds"
if [ "$age" -gt "$MAX_AGE_SECONDS" ]; then
  printf '{"level":"error","msg":"restore drill: the newest dump is too old","ageSeconds":%s}\n' "$age"
  exit 1
fi
