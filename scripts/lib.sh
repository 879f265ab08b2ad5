# Shared by scripts/start and scripts/test: finds or installs what they need. Sourced, not run.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools="$root/.tools"

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# Runs a command quietly; shows its output only when it fails.
quietly() {
  local what=$1 log
  shift
  say "$what …"
  log=$(mktemp)
  if ! "$@" >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    rm -f "$log"
    die "$what: failed ($*)"
  fi
  rm -f "$log"
}

node_is_new_enough() { [ "$("$1" -p 'Number(process.versions.node.split(".")[0]) >= 24' 2>/dev/null)" = true ]; }

# Node 24: the one on the PATH, the one of an earlier run, or the npm package that carries the binary.
need_node() {
  local found
  found=$(command -v node || true)
  [ -n "$found" ] || die "Node.js is missing. Install any version of it with npm (apt-get install nodejs npm); a fitting one is then fetched."
  if ! node_is_new_enough "$found"; then
    found="$tools/node/node_modules/node/bin/node"
    if ! { [ -x "$found" ] && node_is_new_enough "$found"; }; then
      command -v npm >/dev/null || die "npm is missing, and Node.js here is older than 24. Install npm (apt-get install npm), or Node.js 24."
      mkdir -p "$tools/node"
      quietly "Fetching Node.js 24" npm install --prefix "$tools/node" --no-save --no-audit --no-fund node@24
      node_is_new_enough "$found" || die "Node.js 24 could not be installed from the npm package node@24."
    fi
    PATH="$(dirname "$found"):$PATH"
    export PATH
  fi
  export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-$tools/compile-cache}"
}

# The npm packages of package-lock.json, installed once for each state of it.
need_packages() {
  local wanted
  wanted=$(cat "$root/package-lock.json" "$root/package.json" "$root"/{packages,services}/*/package.json "$root"/{test,bench,cdk8s}/package.json | cksum | tr -d ' ')-$(node -v)
  [ -d "$root/node_modules" ] && [ "$(cat "$tools/installed" 2>/dev/null)" = "$wanted" ] && return
  command -v npm >/dev/null || die "npm is missing. Install it (apt-get install npm)."
  # Not `npm ci`: it refuses a lock without the optional packages of other platforms, which not every registry serves.
  # With --no-save the lock is followed and not written. Packages whose installers would fetch from elsewhere are told not to.
  (cd "$root" && ONNXRUNTIME_NODE_INSTALL=skip PRISMA_SKIP_POSTINSTALL_GENERATE=1 quietly "Installing npm packages (first time: a minute or two)" npm install --no-save --no-audit --no-fund)
  mkdir -p "$tools"
  printf '%s' "$wanted" >"$tools/installed"
}

# need_program NAME… PACKAGE: the first of the names must be on the PATH; else Debian's package is installed.
need_program() {
  local package=${*: -1} name
  for name in "${@:1:$#-1}"; do command -v "$name" >/dev/null && return; done
  if ! command -v apt-get >/dev/null; then
    die "$1 is missing. Install it with your package manager (Debian: apt-get install $package; macOS: brew install ${package%-server})."
  fi
  [ "$(id -u)" = 0 ] || die "$1 is missing. Install it: sudo apt-get install $package"
  apt_install "$package"
  for name in "${@:1:$#-1}"; do command -v "$name" >/dev/null && return; done
  die "$1 is still missing after apt-get install $package."
}

# Installs Debian packages without starting their daemons.
apt_install() {
  local policy=/usr/sbin/policy-rc.d made=
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy" && made=1
  fi
  if ! DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >/dev/null 2>&1; then
    quietly "Updating the package lists" apt-get update
    quietly "Installing $*" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
  fi
  [ -z "$made" ] || rm -f "$policy"
}
