#!/usr/bin/env bash
# demo.sh MIRRORSH: runs quickstart.scr against a receiver of its own on
# loopback, and shows what that decoded.
set -eu
mirrorsh=$1
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$tmp"' EXIT

# As in quickstart.scr.
AUTH='auth passphrase' PRIV='priv passphrase' "$mirrorsh" receive 127.0.0.1:9162 --count 10 \
	--user 'mirrorUser SHA $AUTH AES $PRIV' >"$tmp/traps" 2>"$tmp/said" &
receiver=$!
until grep -q 'receiving on' "$tmp/said"; do
	kill -0 $receiver 2>/dev/null || { cat "$tmp/said" >&2; exit 1; }
	sleep 0.1
done
"$mirrorsh" "$here/quickstart.scr"
status=0
wait $receiver || status=$?
echo
echo "=== What was received ==="
cat "$tmp/traps"
cat "$tmp/said" >&2
exit $status
