#!/usr/bin/env bash
# Measures the platform as a whole with the sample shop: start to first answer, idle memory and CPU, and how long client
# commands take. Build first: `bash build/publish.sh artifacts/flyball && bash samples/shop/publish.sh`.
# Prints a Markdown table. RUNS=5 and IDLE_SECONDS=60 can be set.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
flyball=$PWD/artifacts/flyball/flyball
runs=${RUNS:-5}
idle=${IDLE_SECONDS:-60}
data=$(mktemp -d)
trap 'kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; rm -rf "$data"' EXIT

median() { sort -n | awk '{v[NR]=$1} END {print (NR % 2) ? v[(NR+1)/2] : (v[NR/2]+v[NR/2+1])/2}'; }
now() { date +%s.%N; }
start() {
  rm -rf "${data:?}"/*
  begun=$(now)
  "$flyball" up -f samples/shop/compose.yaml --data "$data" >"$data.log" 2>&1 &
  pid=$!
  until curl -sf -o /dev/null -H 'Host: shop.localhost' http://127.0.0.1:8080/; do
    kill -0 "$pid" 2>/dev/null || { cat "$data.log" >&2; exit 1; }
    sleep 0.01
  done
  awk -v a="$begun" -v b="$(now)" 'BEGIN {printf "%.2f\n", b - a}'
}
stop() { kill -TERM "$pid"; wait "$pid" 2>/dev/null || true; }
ticks() { awk '{print $14 + $15}' "/proc/$pid/stat"; }

echo "| what | median | runs |"
echo "|---|---|---|"
times=""
for ((i = 0; i < runs; i++)); do
  start >"$data.time"
  times+="$(cat "$data.time") "
  [ $i -lt $((runs - 1)) ] && stop
done
echo "| \`up\` to the first 200 through the gateway, s | $(tr ' ' '\n' <<<"$times" | grep . | median) | $times|"

times=""
for command in "ps" "ps -a" "nodes" "why web" "version"; do
  for ((i = 0; i < runs; i++)); do
    begun=$(now)
    # shellcheck disable=SC2086
    "$flyball" $command --data "$data" >/dev/null
    times+="$(awk -v a="$begun" -v b="$(now)" 'BEGIN {printf "%d", (b - a) * 1000}') "
  done
done
echo "| a client command, ms | $(tr ' ' '\n' <<<"$times" | grep . | median) | max $(tr ' ' '\n' <<<"$times" | grep . | sort -n | tail -1) |"

sleep 20
before=$(ticks)
sleep "$idle"
after=$(ticks)
echo "| idle CPU, % of a core over $idle s | $(awk -v t=$((after - before)) -v s="$idle" -v hz="$(getconf CLK_TCK)" 'BEGIN {printf "%.2f", 100 * t / hz / s}') | |"
echo "| idle resident memory, MB | $(awk '/VmRSS/ {printf "%.0f", $2 * 1024 / 1e6}' "/proc/$pid/status") | |"
stop
