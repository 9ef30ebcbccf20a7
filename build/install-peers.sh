#!/usr/bin/env bash
# Installs from Debian's packages what the tests need and this machine lacks: real peers, no stand-ins.
set -uo pipefail

declare -A wanted=(
  [dockerd]=docker.io
  [busybox]=busybox-static
  [wrk]=wrk
  [nginx]=nginx-light
  [haproxy]=haproxy
  [pebble]=pebble
  [prometheus-alertmanager]=prometheus-alertmanager
  [prometheus-node-exporter]=prometheus-node-exporter
  [dig]=bind9-dnsutils
  [etcd]=etcd-server
  [/var/lib/dpkg/info/python3-consul2.list]=python3-consul2
  [/usr/share/zookeeper/bin/zkServer.sh]=zookeeper
)
missing=()
for command in "${!wanted[@]}"; do
  PATH="$PATH:/usr/sbin:/sbin" command -v "$command" >/dev/null || [ -f "$command" ] || missing+=("${wanted[$command]}")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
  echo "The tests need these Debian packages, and this system has no apt-get: ${missing[*]}" >&2
  exit 1
fi
sudo=""
if [ "$(id -u)" -ne 0 ]; then
  if ! sudo -n true 2>/dev/null; then
    echo "The tests need these Debian packages: ${missing[*]}" >&2
    echo "Install them once:  sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  sudo="sudo"
fi
echo "Installing from Debian's packages: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
# Servers must not start by themselves: the tests start their own, on ports of their own.
policy=/usr/sbin/policy-rc.d
made=""
if [ ! -e $policy ]; then
  printf '#!/bin/sh\nexit 101\n' | $sudo tee $policy >/dev/null && $sudo chmod +x $policy && made=1
fi
$sudo apt-get update -qq >/dev/null
$sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
code=$?
[ -n "$made" ] && $sudo rm -f $policy
[ $code -eq 0 ] || echo "apt-get could not install ${missing[*]}." >&2
exit $code
