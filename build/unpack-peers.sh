#!/usr/bin/env bash
# Unpacks peers that Debian's stable suite has only in old versions (Prometheus >= 3, VictoriaMetrics) from its newer
# suites into a folder: `bash build/unpack-peers.sh [FOLDER]`, artifacts/peers unless given. Nothing is installed: the
# package list, its state and the files stay in that folder. Prints what it got, one a line; a second run is free.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

folder=$(realpath -m "${1:-artifacts/peers}")
suites=(trixie sid)
packages=(prometheus promtool victoria-metrics)
mkdir -p "$folder"

report() {
  for package in "${packages[@]}"; do
    [ -e "$folder/$package.version" ] && echo "$package $(cat "$folder/$package.version")"
  done
  return 0
}

missing=()
for package in "${packages[@]}"; do [ -e "$folder/$package.version" ] || missing+=("$package"); done
if [ ${#missing[@]} -eq 0 ]; then report; exit 0; fi

# The mirror that this system uses, whatever it is; a system without one has no newer suites to offer.
mirror=$( (cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null || true) \
  | sed -nE 's/^(URIs:|deb( \[[^]]*\])?) +([a-z]+:[^ ]*\/debian)\/?( .*)?$/\3/p' | head -1)
if [ -z "$mirror" ]; then
  echo "No Debian mirror is configured on this system: the newer suites cannot be read." >&2
  exit 1
fi

state="$folder/apt"
mkdir -p "$state"/{none,lists/partial,cache/archives/partial,downloads}
: >"$state/status"
for suite in "${suites[@]}"; do echo "deb $mirror $suite main"; done >"$state/sources.list"
options=(
  -o "Dir::Etc::sourcelist=$state/sources.list" -o "Dir::Etc::sourceparts=$state/none" -o "Dir::Etc::preferencesparts=$state/none"
  -o "Dir::State=$state" -o "Dir::State::lists=$state/lists" -o "Dir::State::status=$state/status"
  -o "Dir::Cache=$state/cache" -o APT::Sandbox::User= -o Acquire::Languages=none
)
apt-get "${options[@]}" -qq update >"$state/update.log" 2>&1 || { cat "$state/update.log" >&2; exit 1; }

for package in "${missing[@]}"; do
  # The oldest of the newer suites that has it: its libraries are nearest to this system's.
  version=$(apt-cache "${options[@]}" madison "$package" | awk -F'|' '{gsub(/ /,"",$2); print $2}' | sort -V)
  [ -n "$version" ] || { echo "No newer suite has $package." >&2; exit 1; }
  if [[ "$package" == prom* ]]; then version=$(echo "$version" | grep -vE '^[012]\.' || true); fi
  version=$(echo "$version" | head -1)
  [ -n "$version" ] || { echo "No newer suite has $package 3 or later." >&2; exit 1; }
  (cd "$state/downloads" && apt-get "${options[@]}" -qq download "$package=$version" >/dev/null)
  mkdir -p "$folder/$package"
  dpkg -x "$state"/downloads/"$package"_*.deb "$folder/$package"
  echo "$version" >"$folder/$package.version"
done
report
