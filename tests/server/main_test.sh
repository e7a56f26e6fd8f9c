#!/usr/bin/env bash
# geometer-server: its exit statuses, the line that says it is ready, and its end by a signal.
set -euo pipefail
server=$1
folder=$(mktemp -d)
trap 'kill "$pid" 2>/dev/null || true; rm -rf "$folder"' EXIT
pid=

fail() { echo "FAILED: $*"; exit 1; }
# expect STATUS TEXT ARGUMENT…: the program ends with STATUS and says TEXT.
expect() {
  local status=$1 text=$2 output actual=0
  shift 2
  output=$("$server" "$@" 2>&1) || actual=$?
  [[ $actual == "$status" ]] || fail "$*: status $actual instead of $status: $output"
  [[ $output == *"$text"* ]] || fail "$*: says '$output' instead of '$text'"
}

expect 0 "geometer-server " --version
expect 0 "--lease-term" --help
expect 2 "expected a duration" --lease-term soon
expect 2 "TLS comes later" --listen 0.0.0.0:7230 --data "$folder/store"
expect 2 "--no-such-flag" --no-such-flag
expect 1 "" --listen 127.0.0.1:0 --http 127.0.0.1:0 --data /proc/nowhere

exec {ready}< <(exec "$server" --listen 127.0.0.1:0 --http 127.0.0.1:0 --data "$folder/store" 2>"$folder/log")
pid=$!
read -r -t 30 line <&"$ready" || fail "it does not say that it is ready: $(cat "$folder/log")"
[[ $line =~ ^geometer-server\ listening\ on\ (127\.0\.0\.1:[0-9]+),\ metrics\ on\ 127\.0\.0\.1:[0-9]+$ ]] ||
  fail "it says '$line'"
expect 1 "in use by another server" --listen 127.0.0.1:0 --http 127.0.0.1:0 --data "$folder/store"
expect 1 "port is taken" --listen "${BASH_REMATCH[1]}" --http 127.0.0.1:0 --data "$folder/other"

kill -TERM "$pid"
status=0
wait "$pid" || status=$?
[[ $status == 0 ]] || fail "it ends with status $status on SIGTERM"
