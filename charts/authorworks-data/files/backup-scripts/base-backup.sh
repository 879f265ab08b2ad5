#!/bin/sh
# Daily: a base backup, from which the archived WAL leads to any later minute. The last $KEEP stay, and the WAL since the
# oldest of them.
set -eu
export PGHOST=postgres PGUSER=postgres
PGPASSWORD=$(cat "$SUPERUSER_PASSWORD_FILE")
export PGPASSWORD
# rules of the network know a new pod's address a moment after it has begun
until pg_isready -q; do sleep 1; done
cd /backups
mkdir -p base
name=base/$(date -u +%Y%m%dT%H%M%SZ)
rm -rf base/*.part
pg_basebackup --no-password --pgdata="$name.part" --format=tar --compress=client-zstd:3 --wal-method=stream --checkpoint=fast --manifest-checksums=SHA256
sync
mv "$name.part" "$name"
find base -mindepth 1 -maxdepth 1 -type d | sort -r | tail -n "+$((KEEP + 1))" | while read -r old; do rm -rf "$old"; done
oldest=$(find base -mindepth 1 -maxdepth 1 -type d | sort | head -n 1)
first=$(sed -n 's/.*"Start-LSN": "\([0-9A-F]*\)\/\([0-9A-F]*\)".*/\1 \2/p' "$oldest/backup_manifest" | head -n 1)
timeline=$(sed -n 's/.*"Timeline": \([0-9]*\).*/\1/p' "$oldest/backup_manifest" | head -n 1)
if [ -n "$first" ] && [ -n "$timeline" ]; then
  high=${first% *}
  low=${first#* }
  # a segment is 16 MiB: the upper eight bits of the lower half
  segment=$(printf '%08X%08X%08X' "$timeline" "$((0x$high))" "$((0x$low >> 24))")
  pg_archivecleanup /wal "$segment"
fi
printf '{"level":"info","msg":"base backup","folder":"%s","kibibytes":%s}\n' "$name" "$(du -sk "$name" | cut -f1)"
