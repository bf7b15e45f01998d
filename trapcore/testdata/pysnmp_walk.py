"""Walks the descriptions of modules with pysnmp."""
import sys
from pysnmp.hlapi import (CommunityData, ContextData, ObjectIdentity, ObjectType, SnmpEngine, UdpTransportTarget, nextCmd)

for error, status, _, varbinds in nextCmd(
    SnmpEngine(), CommunityData("boss"), UdpTransportTarget(("127.0.0.1", int(sys.argv[1]))), ContextData(),
    ObjectType(ObjectIdentity("1.3.6.1.4.1.4874.2.2.2.1.3.4.1.6")), lexicographicMode=False,
):
    if error or status:
        sys.exit(str(error or status))
    print(varbinds[0][1].prettyPrint())
