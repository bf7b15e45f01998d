package mib

// juniCliMIB is the module of the CLI security alert.
var juniCliMIB = JuniMIBs.Sub(30)

// The varbinds of authenticationFailure that Juniper-SNMP-MIB adds to it.
var (
	authFailIPAddress = &Object{
		Name: "juniSnmpAuthFailIdIpAddress", OID: JuniSnmpMIB.Sub(1, 4, 1), Syntax: IPAddress, Access: "accessible-for-notify",
		Description: "Where the refused request came from.",
	}
	authFailUDPPort = &Object{
		Name: "juniSnmpAuthFailIdUdpPort", OID: JuniSnmpMIB.Sub(1, 4, 2), Syntax: Integer32, Access: "accessible-for-notify",
		Description: "The UDP port the refused request came from.",
	}
	AuthFailCommunity = &Object{
		Name: "juniSnmpAuthFailIdCommunity", OID: JuniSnmpMIB.Sub(1, 4, 3), Syntax: OctetString, Access: "accessible-for-notify",
		Description: "The community of the refused request.",
	}
	authFailReason = &Object{
		Name: "juniSnmpAuthFailIdReason", OID: JuniSnmpMIB.Sub(1, 4, 4), Syntax: Integer32, Access: "accessible-for-notify",
		// The module spells the third one with three m.
		Enum:        []Label{{0, "other"}, {1, "badCommunityName"}, {2, "badCommmunityUse"}, {3, "hostDenied"}},
		Description: "Why the request was refused.",
	}
)

// The varbinds of juniCliSecurityAlert.
var (
	cliAlertPriority = &Object{
		Name: "juniCliSecurityAlertPriority", OID: juniCliMIB.Sub(1, 2, 1), Syntax: Integer32, Access: "accessible-for-notify",
		Enum: []Label{{-1, "off"}, {0, "emergency"}, {1, "alert"}, {2, "critical"}, {3, "error"},
			{4, "warning"}, {5, "notice"}, {6, "info"}, {7, "debug"}},
		Description: "How grave the event is.",
	}
	cliAlertMessage = &Object{
		Name: "juniCliSecurityAlertMessage", OID: juniCliMIB.Sub(1, 2, 2), Syntax: DisplayString, Access: "accessible-for-notify",
		Description: "The event in words.",
	}
	cliAlertTime = &Object{
		Name: "juniCliSecurityAlertTime", OID: juniCliMIB.Sub(1, 2, 3), Syntax: DateAndTime, Access: "accessible-for-notify",
		Description: "When it happened.",
	}
)

// The ordinary notifications. The severities are this product's choice.
var (
	ColdStart = &Notification{
		Name: "coldStart", OID: SnmpTraps.Sub(1), Severity: Notice, Category: SNMP,
		Meaning: "the agent started and its configuration may have changed",
	}
	WarmStart = &Notification{
		Name: "warmStart", OID: SnmpTraps.Sub(2), Severity: Notice, Category: SNMP,
		Meaning: "the agent restarted with its configuration unchanged",
	}
	LinkDown = &Notification{
		Name: "linkDown", OID: SnmpTraps.Sub(3), Severity: Warning, Category: Link,
		Objects: []*Object{IfIndex, ifAdminStatus, IfOperStatus},
		Meaning: "an interface went down",
	}
	LinkUp = &Notification{
		Name: "linkUp", OID: SnmpTraps.Sub(4), Severity: Notice, Category: Link,
		Objects: []*Object{IfIndex, ifAdminStatus, IfOperStatus},
		Meaning: "an interface came up",
	}
	AuthenticationFailure = &Notification{
		Name: "authenticationFailure", OID: SnmpTraps.Sub(5), Severity: Warning, Category: SNMP,
		Objects: []*Object{authFailIPAddress, authFailUDPPort, AuthFailCommunity, authFailReason}, Extra: 4,
		Meaning: "a request was refused: its community is unknown, may not do this, or its source is denied",
	}
	CliSecurityAlert = &Notification{
		Name: "juniCliSecurityAlert", OID: juniCliMIB.Sub(0, 1), Severity: Notice, Category: CLISecurity,
		Objects: []*Object{cliAlertPriority, cliAlertMessage, cliAlertTime},
		Meaning: "a login, a logout, a failed authentication or a denied access",
	}
)

// OrdinaryNotifications are the ones above.
var OrdinaryNotifications = []*Notification{
	ColdStart, WarmStart, LinkDown, LinkUp, AuthenticationFailure, CliSecurityAlert,
}

// Notifications are all that the product raises, the secure ones last.
var Notifications = append(append([]*Notification(nil), OrdinaryNotifications...), MirrorNotifications...)

// EnterpriseSpecific is the generic-trap of every notification SNMPv1 does not
// define itself (RFC 1157 section 4.1.6).
const EnterpriseSpecific = 6

// V1 returns the enterprise, generic-trap and specific-trap fields of the
// SNMPv1 Trap-PDU for the notification (RFC 3584 section 3.2). For the standard
// ones the enterprise is snmpTraps; a sender that adds snmpTrapEnterprise.0
// uses that value in its place.
func (n *Notification) V1() (enterprise OID, generic, specific int) {
	last := len(n.OID) - 1
	// coldStart to egpNeighborLoss are generic-trap 0 to 5.
	if n.OID.HasPrefix(SnmpTraps) && last == len(SnmpTraps) && n.OID[last] >= 1 && n.OID[last] <= 6 {
		return SnmpTraps, int(n.OID[last]) - 1, 0
	}
	enterprise = n.OID[:last]
	if enterprise[last-1] == 0 {
		enterprise = enterprise[:last-1]
	}
	return enterprise.Sub(), EnterpriseSpecific, int(n.OID[last])
}
