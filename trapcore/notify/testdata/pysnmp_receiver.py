# A receiver of traps and informs made of pysnmp 4: prints the PDU and the
# notification of each that it takes.
#
# pysnmp_receiver.py PORT SENDER-ENGINE-ID USER AUTH-PASSPHRASE PRIVACY-PASSPHRASE
import sys

from pysnmp.carrier.asyncore.dgram import udp
from pysnmp.entity import config, engine
from pysnmp.entity.rfc3413 import ntfrcv
from pysnmp.proto.api import v2c

port, sender, user, auth, priv = sys.argv[1:]
e = engine.SnmpEngine()
config.addTransport(e, udp.domainName, udp.UdpTransport().openServerMode(("127.0.0.1", int(port))))
for options in {}, {"securityEngineId": v2c.OctetString(hexValue=sender)}:
    config.addV3User(e, user, config.usmHMACSHAAuthProtocol, auth, config.usmAesBlumenthalCfb256Protocol, priv, **options)


def taken(engine, reference, context_engine, context, varbinds, unused):
    info = engine.observer.getExecutionContext("rfc3412.receiveMessage:request")
    traps = [str(v) for o, v in varbinds if str(o) == "1.3.6.1.6.3.1.1.4.1.0"]
    print("TAKEN", info["securityLevel"], " ".join(traps), flush=True)


ntfrcv.NotificationReceiver(e, taken)
print("READY", flush=True)
e.transportDispatcher.jobStarted(1)
e.transportDispatcher.runDispatcher(timeout=0.01)
