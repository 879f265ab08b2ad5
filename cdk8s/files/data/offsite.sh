#!/bin/sh
# Weekly: an encrypted copy of dumps, base backups, WAL and files to an S3 far away. Nobody there can read it.
set -eu
AWS_ACCESS_KEY_ID=$(cat "$OFFSITE_ACCESS_KEY_FILE")
AWS_SECRET_ACCESS_KEY=$(cat "$OFFSITE_SECRET_KEY_FILE")
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
export RESTIC_PASSWORD_FILE="$OFFSITE_PASSPHRASE_FILE" RESTIC_CACHE_DIR=/tmp/cache
restic cat config >/dev/null 2>&1 || restic init
restic --option "s3.storage-class=$STORAGE_CLASS" backup --host authorworks --tag weekly /backups /wal
restic forget --host authorworks --tag weekly --keep-weekly "$KEEP_WEEKS" --prune
restic check --read-data-subset=1%
