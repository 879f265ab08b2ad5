#!/bin/sh
# Daily: files are copied to the external drive. What was removed or replaced stays for $KEEP_DAYS days in an own folder.
set -eu
RCLONE_CONFIG_HOUSE_ACCESS_KEY_ID=$(cat "$S3_ACCESS_KEY_FILE")
RCLONE_CONFIG_HOUSE_SECRET_ACCESS_KEY=$(cat "$S3_SECRET_KEY_FILE")
export RCLONE_CONFIG_HOUSE_ACCESS_KEY_ID RCLONE_CONFIG_HOUSE_SECRET_ACCESS_KEY
export RCLONE_CONFIG=/tmp/rclone.conf RCLONE_CONFIG_HOUSE_TYPE=s3 RCLONE_CONFIG_HOUSE_PROVIDER=Other RCLONE_CONFIG_HOUSE_ENDPOINT="$S3_URL"
rclone sync "house:$BUCKET" /backups/files --backup-dir "/backups/files-removed/$(date -u +%Y%m%d)" --transfers 4 --stats-one-line
find /backups/files-removed -mindepth 1 -maxdepth 1 -type d -mtime "+$KEEP_DAYS" -exec rm -rf {} +
