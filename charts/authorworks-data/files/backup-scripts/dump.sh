#!/bin/sh
# Hourly: one logical dump of everything. It appears under its name only when it is whole; the last $KEEP stay.
set -eu
export PGHOST=postgres PGUSER=postgres PGDATABASE="$HOUSE_DATABASE"
PGPASSWORD=$(cat "$SUPERUSER_PASSWORD_FILE")
export PGPASSWORD
# rules of the network know a new pod's address a moment after it has begun
until pg_isready -q; do sleep 1; done
cd /backups
mkdir -p dumps
name=dumps/$(date -u +%Y%m%dT%H%M%SZ).dump
rm -f dumps/*.part
pg_dump --format=custom --compress=zstd:3 --no-password --file="$name.part"
# a dump whose table of contents cannot be read is none
pg_restore --list "$name.part" >/dev/null
sync "$name.part"
mv "$name.part" "$name"
find dumps -name '*.dump' | sort -r | tail -n "+$((KEEP + 1))" | while read -r old; do rm -f "$old"; done
printf '{"level":"info","msg":"dumped","file":"%s","bytes":%s}\n' "$name" "$(stat -c %s "$name")"
