# Shared by scripts/bootstrap-server, join-pi, prepare-pi and upgrade-k3s: changes to a machine that can be shown before
# they are made, made twice without harm, and broken off at any line. Sourced, not run; needs bash and coreutils only, for it
# runs on a bare Raspberry Pi too.
# shellcheck shell=bash

source_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Where the machine's files are: empty for the machine itself, else a folder (--root), in which nothing is started.
machine=''
dry_run=''
changes=0

say() { printf '%s\n' "$*" >&2; }
die() {
  say "error: $*"
  exit 1
}
# What the comment at the top of a script tells, without its marks.
usage_of() { sed -n '2,/^set /p' "$1" | sed '$d; s/^# \{0,1\}//'; }
# need_value OPTION "$@": an option's value has to follow
need_value() { [ "$#" -ge 3 ] && [ -n "$3" ] || die "$1 needs a value (see --help)"; }

# place WORD MODE SOURCE PATH [secret]: makes a file of the machine equal to SOURCE. WORD is what has to be done after a change
# (see `pending`; "" for nothing), `secret`: its content is not shown. First as PATH.new, flushed, then renamed: whoever cuts
# the power finds the old file or the new one.
place() {
  local word=$1 mode=$2 source=$3 path=$machine$4 secret=${5:-}
  if [ -f "$path" ] && cmp -s "$source" "$path" && [ "$(stat -c %a "$path")" = "$mode" ]; then return 0; fi
  changes=$((changes + 1))
  show_change "$source" "$path" "$mode" "$secret"
  if [ -n "$dry_run" ]; then
    [ -z "$word" ] || would+=("$word")
    return 0
  fi
  # noted first: a change without its note would be forgotten
  [ -z "$word" ] || later "$word"
  mkdir -p "$(dirname "$path")"
  install -m "$mode" "$source" "$path.new"
  sync "$path.new"
  mv "$path.new" "$path"
}

# put WORD MODE PATH [secret]: like place, from standard input
put() {
  local source
  source=$(mktemp)
  cat >"$source"
  place "$1" "$2" "$source" "${@:3}"
  rm -f "$source"
}

# own WORD MODE FILE PATH: like place, with a file of this repository
own() { place "$1" "$2" "$source_folder/$3" "$4"; }

show_change() {
  local wanted=$1 path=$2 mode=$3 secret=$4 verb=write
  [ -z "$dry_run" ] || verb='would write'
  say "$verb ${path#"$machine"} (mode $mode${secret:+, secret})"
  if [ -z "$dry_run" ] || [ -n "$secret" ]; then return 0; fi
  if [ "$(stat -c %s "$wanted")" -gt 65536 ]; then
    say "  $(stat -c %s "$wanted") bytes, sha256 $(sha256sum "$wanted" | cut -d' ' -f1)"
  elif [ -f "$path" ]; then
    diff -u "$path" "$wanted" | sed '1,2d; s/^/  /' >&2 || true
  else
    # with a line's end at the end, whatever the file has
    # shellcheck disable=SC1003 # sed's command a, not a quote
    sed 's/^/  +/; $a\' "$wanted" >&2
  fi
}

# link WORD TARGET PATH: a symbolic link, where nothing is yet
link() {
  if [ -e "$machine$3" ] || [ -L "$machine$3" ]; then return 0; fi
  changes=$((changes + 1))
  if [ -n "$dry_run" ]; then
    say "would link $3 to $2"
    [ -z "$1" ] || would+=("$1")
    return 0
  fi
  say "link $3 to $2"
  [ -z "$1" ] || later "$1"
  mkdir -p "$(dirname "$machine$3")"
  ln -s "$2" "$machine$3"
}

# private_folder PATH: for root alone
private_folder() {
  [ -d "$machine$1" ] && [ "$(stat -c %a "$machine$1")" = 700 ] && return 0
  changes=$((changes + 1))
  if [ -n "$dry_run" ]; then
    say "would make the folder $1 (mode 700)"
    return 0
  fi
  say "make the folder $1 (mode 700)"
  mkdir -p "$machine$1"
  chmod 700 "$machine$1"
}

# enable WORD UNIT: started with the system. It is what `systemctl enable` does, and works for a card in a reader too
enable() { link "$1" "../$2" "/etc/systemd/system/multi-user.target.wants/$2"; }

# act COMMAND…: something that is more than a file; not in a folder (--root), where nothing runs
act() {
  [ -z "$machine" ] || return 0
  if [ -n "$dry_run" ]; then
    say "would run: $*"
    return 0
  fi
  "$@"
}

# What has been written but not yet taken up by a running program is remembered in a file, so that a run that was broken off
# between the two is finished by the next.
pending=/var/lib/authorworks/pending
# later WORD: notes that WORD is to be done
later() {
  grep -qsx "$1" "$machine$pending" && return 0
  mkdir -p "$(dirname "$machine$pending")"
  printf '%s\n' "$1" >>"$machine$pending"
  sync "$machine$pending"
}
is_pending() { grep -qsx "$1" "$machine$pending"; }
done_with() {
  [ -z "$dry_run" ] && [ -f "$machine$pending" ] || return 0
  grep -vx "$1" "$machine$pending" >"$machine$pending.new" || true
  mv "$machine$pending.new" "$machine$pending"
}

# what a dry run would do at the end
would=()
is_due() {
  local word
  is_pending "$1" && return 0
  for word in ${would[@]+"${would[@]}"}; do [ "$word" = "$1" ] && return 0; done
  return 1
}

# --- k3s itself

wanted_version() { tr -d '[:space:]' <"$source_folder/k3s/version"; }
# version_of PROGRAM: e.g. v1.34.4+k3s1
version_of() { "$1" --version 2>/dev/null | sed -n 's/^k3s version \(v[^ ]*\).*/\1/p'; }
minor_of() { printf '%s' "$1" | sed -n 's/^v1\.\([0-9]\{1,\}\)\..*/\1/p'; }

# release_file RELEASE NAME ARCH: checks the file NAME of a downloaded release against the release's own list of sums, and
# prints its path. RELEASE is a folder with the files as k3s publishes them.
release_file() {
  local folder=$1 name=$2 sums=$1/sha256sum-$3.txt expected actual
  [ -f "$folder/$name" ] || die "$folder has no file $name. $(where_releases_are "$3")"
  [ -f "$sums" ] || die "$folder has no file sha256sum-$3.txt, so $name cannot be checked. $(where_releases_are "$3")"
  expected=$(sed -n "s/^\([0-9a-f]\{64\}\)  \{0,1\}[* ]\{0,1\}$name\$/\1/p" "$sums" | head -n 1)
  [ -n "$expected" ] || die "$sums does not name $name: it belongs to another release"
  actual=$(sha256sum "$folder/$name" | cut -d' ' -f1)
  [ "$actual" = "$expected" ] || die "$folder/$name is damaged or not the real one: its sha256 is $actual, the release says $expected"
  printf '%s\n' "$folder/$name"
}

where_releases_are() {
  local binary=k3s
  [ "$1" = amd64 ] || binary="k3s-$1"
  printf '%s' "Download the release $(wanted_version) of k3s from its project's page of releases into one folder: $binary, sha256sum-$1.txt, and if the machine has no internet k3s-airgap-images-$1.tar.zst; then give --release FOLDER."
}

# check_step FROM TO [NODE]: Kubernetes upgrades one minor version at a time, and never goes back
check_step() {
  local from to where=${3:+$3: }
  from=$(minor_of "$1") to=$(minor_of "$2")
  [ -n "$from" ] || die "${where}the k3s that is installed does not tell its version"
  [ -n "$to" ] || die "$2 is not a version of k3s (e.g. v1.34.4+k3s1)"
  [ "$to" -le $((from + 1)) ] || die "${where}k3s $1 is installed: $2 would skip a minor version. Upgrade to v1.$((from + 1)) first (scripts/upgrade-k3s)"
  [ "$to" -ge "$from" ] || die "${where}k3s $1 is installed: going back to $2 is not possible (the database is of the newer one)"
}

# check_k3s FILE: is it the version of k3s/version, and one that this machine may go to?
check_k3s() {
  local file=$1 folder version
  [ -z "$machine" ] || return 0
  # a downloaded file may not be run where it lies
  folder=$(mktemp -d -p "${TMPDIR:-/var/tmp}")
  install -m 755 "$file" "$folder/k3s"
  version=$(version_of "$folder/k3s")
  rm -rf "$folder"
  [ "$version" = "$(wanted_version)" ] || die "$file is k3s ${version:-of no version}, k3s/version says $(wanted_version): take the other, or change k3s/version"
  [ ! -x /usr/local/bin/k3s ] || check_step "$(version_of /usr/local/bin/k3s)" "$version"
}

# What is special of a machine: written by us, and read again by the next run, so that options need not be repeated.
own_file=/etc/rancher/k3s/config.yaml.d/50-machine.yaml
# own_value KEY: the text of a key, or nothing
own_value() { sed -n "s/^$1: \"\(.*\)\"\$/\1/p" "$machine$own_file" 2>/dev/null || true; }
# own_values KEY: those of a list, one a line
own_values() { sed -n "/^$1:\$/,/^[a-z#]/ s/^  - \"\(.*\)\"\$/\1/p" "$machine$own_file" 2>/dev/null || true; }

# yaml_list KEY VALUE…: a list of quoted texts
yaml_list() {
  printf '%s:\n' "$1"
  shift
  printf '  - "%s"\n' "$@"
}

is_node_name() { [[ ${#1} -le 63 && $1 =~ ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$ ]]; }
is_address() { [[ $1 =~ ^[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?$ ]]; }
