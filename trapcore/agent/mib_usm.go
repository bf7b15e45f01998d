package agent

import (
	"cmp"
	"slices"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

var usmUserEntry = mib.MustOID("1.3.6.1.6.3.15.1.2.2.1")

// authOIDs and privOIDs identify the protocols (RFC 3411, 3826, 7860). AES with
// longer keys has no standard identifier; those are net-snmp's,
// and with the key extension of Reeder Cisco's.
var (
	authProtocols = mib.MustOID("1.3.6.1.6.3.10.1.1")
	privProtocols = mib.MustOID("1.3.6.1.6.3.10.1.2")
	authOIDs      = map[snmp.AuthProtocol]mib.OID{
		snmp.NoAuth: authProtocols.Sub(1), snmp.MD5: authProtocols.Sub(2), snmp.SHA: authProtocols.Sub(3),
		snmp.SHA224: authProtocols.Sub(4), snmp.SHA256: authProtocols.Sub(5), snmp.SHA384: authProtocols.Sub(6),
		snmp.SHA512: authProtocols.Sub(7),
	}
	privOIDs = map[snmp.PrivProtocol]mib.OID{
		snmp.NoPriv: privProtocols.Sub(1), snmp.DES: privProtocols.Sub(2), snmp.AES: privProtocols.Sub(4),
		snmp.AES192: mib.MustOID("1.3.6.1.4.1.14832.1.3"), snmp.AES256: mib.MustOID("1.3.6.1.4.1.14832.1.4"),
		snmp.AES192C: mib.MustOID("1.3.6.1.4.1.9.12.6.1.1"), snmp.AES256C: mib.MustOID("1.3.6.1.4.1.9.12.6.1.2"),
	}
)

// usmMIB is SNMP-USER-BASED-SM-MIB (RFC 3414). Users are read-only here, and
// keys cannot be read or changed.
var usmMIB = append(counters(
	snmp.StatUnsupportedSecLevels, snmp.StatNotInTimeWindows, snmp.StatUnknownUserNames,
	snmp.StatUnknownEngineIDs, snmp.StatWrongDigests, snmp.StatDecryptionErrors,
),
	testAndIncr("usmUserSpinLock", "1.3.6.1.6.3.15.1.2.1", usmUserSpinLock),
	&table[snmp.User]{
		entry: usmUserEntry,
		rows: func(sc *scope) []row[snmp.User] {
			users := sc.cfg.Users.As(side.Clearance{}).Users()
			slices.SortFunc(users, func(a, b *snmp.User) int { return byCount(a.Name, b.Name) })
			rows := make([]row[snmp.User], len(users))
			for i, u := range users {
				rows[i] = row[snmp.User]{join(counted(string(sc.cfg.Local.Identity().ID)), counted(u.Name)), *u}
			}
			return rows
		},
		columns: []column[snmp.User]{
			{n: 3, name: "usmUserSecurityName", get: func(_ *scope, u *snmp.User) snmp.Value { return text(u.Name) }},
			{n: 4, name: "usmUserCloneFrom", get: func(*scope, *snmp.User) snmp.Value { return zeroDotZero }},
			{n: 5, name: "usmUserAuthProtocol", get: func(_ *scope, u *snmp.User) snmp.Value { return snmp.ObjectID(authOIDs[u.Auth]) }},
			{n: 6, name: "usmUserAuthKeyChange", get: noKey},
			{n: 7, name: "usmUserOwnAuthKeyChange", get: noKey},
			{n: 8, name: "usmUserPrivProtocol", get: func(_ *scope, u *snmp.User) snmp.Value { return snmp.ObjectID(privOIDs[u.Priv]) }},
			{n: 9, name: "usmUserPrivKeyChange", get: noKey},
			{n: 10, name: "usmUserOwnPrivKeyChange", get: noKey},
			{n: 11, name: "usmUserPublic", get: noKey},
			{n: 12, name: "usmUserStorageType", get: func(*scope, *snmp.User) snmp.Value { return storage(false) }},
			{n: 13, name: "usmUserStatus", get: activeRow[snmp.User]},
		},
	},
)

// noKey is how every key change object reads (RFC 3414 section 5).
func noKey(*scope, *snmp.User) snmp.Value { return text("") }

// byCount is the order of strings as an index with a length in front.
func byCount(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }
