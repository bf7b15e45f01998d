#!/usr/bin/env bash
# demo.sh MIRRORSH: runs quickstart.scr against an snmptrapd on loopback that
# knows the shipped MIB modules, and shows what it decoded.
set -eu
mirrorsh=$1
here=$(cd "$(dirname "$0")" && pwd)
port=9162 # as in quickstart.scr
tmp=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$tmp"' EXIT

# The engine ID of an ephemeral router, as "show snmp engineID" prints it.
cat >"$tmp/snmptrapd.conf" <<CONF
createUser -e 0x8000130a0502000000000180000001 mirrorUser SHA "auth passphrase" AES "priv passphrase"
authUser log mirrorUser priv
CONF
mkdir -p "$tmp/state/cert_indexes"
SNMP_PERSISTENT_DIR=$tmp/state snmptrapd -f -C -c "$tmp/snmptrapd.conf" -M "$here/../mib" -m ALL \
	-Lf "$tmp/traps" -F '%v\n\n' "udp:127.0.0.1:$port" &
daemon=$!

waited() { # waited COMMAND...: until it succeeds, 10 seconds at most
	for _ in $(seq 100); do
		"$@" 2>/dev/null && return
		kill -0 $daemon 2>/dev/null || { echo "snmptrapd has ended; is UDP port $port in use?" >&2; cat "$tmp/traps" >&2; exit 1; }
		sleep 0.1
	done
	echo "no answer after 10 seconds" >&2
	exit 1
}
ten() { [ "$(grep -c snmpTrapOID "$tmp/traps")" -ge 10 ]; }

waited grep -q 'NET-SNMP version' "$tmp/traps"
"$mirrorsh" "$here/quickstart.scr"
waited ten
echo
echo "=== What snmptrapd decoded ==="
grep -v 'NET-SNMP version' "$tmp/traps" | tr '\t' '\n' | sed 's/^Juniper-PACKET-MIRROR-MIB::/    /; s/^SNMPv2-MIB:://'
