#!/bin/sh
# usage: image-packages.sh WORKSPACE, in the Dockerfile alone: adds the packages that a workspace runs with to node_modules,
# and nothing of what is for development.
set -eu
workspace=$1
[ -f "$workspace/package.json" ] || { echo "there is no $workspace: build with --build-arg SERVICE=<a folder of services/>" >&2; exit 1; }
# --omit=peer: Prisma's client names its command line and TypeScript as what may be beside it
npm install --no-save --omit=dev --omit=peer --no-audit --no-fund --workspace "$workspace"
# types, source maps, and Prisma's engines for databases that are not ours
find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \
  -o -path '*/@prisma/client/runtime/*mysql*' -o -path '*/@prisma/client/runtime/*sqlite*' \
  -o -path '*/@prisma/client/runtime/*sqlserver*' -o -path '*/@prisma/client/runtime/*cockroachdb*' \) -delete
rm -rf "$HOME/.npm" /tmp/image-packages.sh
