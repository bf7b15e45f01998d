package mib

// Leading varbinds of every notification (RFC 3416 section 4.2.6) and the one
// a proxy adds (RFC 3584 section 3.1).
var (
	SysUpTime = &Object{
		Name: "sysUpTime", OID: MustOID("1.3.6.1.2.1.1.3"), Syntax: TimeTicks, Access: "read-only",
		Description: "Hundredths of a second since the agent started.",
	}
	SnmpTrapOID = &Object{
		Name: "snmpTrapOID", OID: MustOID("1.3.6.1.6.3.1.1.4.1"), Syntax: ObjectIdentifier, Access: "accessible-for-notify",
		Description: "Which notification this is.",
	}
	snmpTrapEnterprise = &Object{
		Name: "snmpTrapEnterprise", OID: MustOID("1.3.6.1.6.3.1.1.4.3"), Syntax: ObjectIdentifier, Access: "accessible-for-notify",
		Description: "The enterprise of the notification.",
	}
	// SnmpTraps is the prefix of the standard notifications.
	SnmpTraps = MustOID("1.3.6.1.6.3.1.1.5")
)

var ifEntry = MustOID("1.3.6.1.2.1.2.2.1")

// The varbinds of linkDown and linkUp, columns of ifTable.
var (
	IfIndex = &Object{
		Name: "ifIndex", OID: ifEntry.Sub(1), Syntax: Integer32, Column: true, Min: 1, Max: 1<<31 - 1, Access: "read-only",
		Description: "Number of the interface.",
	}
	ifAdminStatus = &Object{
		Name: "ifAdminStatus", OID: ifEntry.Sub(7), Syntax: Integer32, Column: true, Access: "read-write",
		Enum:        []Label{{1, "up"}, {2, "down"}, {3, "testing"}},
		Description: "State wanted for the interface.",
	}
	IfOperStatus = &Object{
		Name: "ifOperStatus", OID: ifEntry.Sub(8), Syntax: Integer32, Column: true, Access: "read-only",
		Enum: []Label{{1, "up"}, {2, "down"}, {3, "testing"}, {4, "unknown"}, {5, "dormant"},
			{6, "notPresent"}, {7, "lowerLayerDown"}},
		Description: "State the interface is in.",
	}
)

// JuniSnmpMIB is juniSnmpMIB, the module that controls the agent.
var JuniSnmpMIB = JuniMIBs.Sub(16)

// juniTrapSeverity is juniSnmpTrapTrapSeverity, the severity of a notification.
var juniTrapSeverity = &Object{
	Name: "juniSnmpTrapTrapSeverity", OID: JuniSnmpMIB.Sub(1, 3, 5), Syntax: Integer32, Access: "accessible-for-notify",
	Enum: []Label{{0, "trapEmergency"}, {1, "trapAlert"}, {2, "trapCritical"}, {3, "trapError"},
		{4, "trapWarning"}, {5, "trapNotice"}, {6, "trapInformational"}, {7, "trapDebug"}},
	Description: "Severity of the notification that carries it.",
}
