#!/bin/sh
# Answers PING, and has read its log. For probes.
set -eu
REDISCLI_AUTH=$(cat "$REDIS_PASSWORD_FILE")
export REDISCLI_AUTH
[ "$(redis-cli ping)" = PONG ]
