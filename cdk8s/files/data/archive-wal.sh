#!/bin/sh
# Archives one WAL file: PostgreSQL's archive_command. The file appears under its name only when it is whole and on the
# disk; a repeat with the same content is fine, one with another content is refused (two databases in one archive).
set -eu
path=$1
name=$2
target=/wal/$name
if [ -e "$target" ]; then
  cmp -s "$path" "$target" && exit 0
  echo "archive-wal: $name is already there, with another content" >&2
  exit 1
fi
cp "$path" "$target.part"
sync "$target.part"
mv "$target.part" "$target"
sync /wal
