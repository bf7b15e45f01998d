package agent

import (
	"strconv"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// maxAccessListNumber is the largest number of an access list.
const maxAccessListNumber = 10000

// communityTable is juniSnmpCommunityTable. Over SNMP every community is of the
// ordinary side: one of the secure side can be made from the command line only.
var communityTable = &table[snmp.Community]{
	entry: mib.JuniSnmpMIB.Sub(1, 2, 1, 1),
	rows: func(sc *scope) []row[snmp.Community] {
		all := sc.cfg.Users.As(side.Clearance{}).Communities()
		rows := make([]row[snmp.Community], len(all))
		for i, c := range all {
			rows[i] = row[snmp.Community]{implied(c.Name), *c}
		}
		return rows
	},
	columns: []column[snmp.Community]{
		{n: 1, name: "juniSnmpCommunityName", get: func(_ *scope, c *snmp.Community) snmp.Value { return text(c.Name) }},
		{n: 2, name: "juniSnmpCommunityRowStatus", get: activeRow[snmp.Community]},
		{
			n: 3, name: "juniSnmpCommunityPrivilege", tag: snmp.TagInteger,
			get: func(_ *scope, c *snmp.Community) snmp.Value { return snmp.Integer(int32(c.Privilege)) },
			set: func(_ *scope, c *snmp.Community, v snmp.Value) snmp.ErrorStatus {
				c.Privilege = snmp.Privilege(v.Int64())
				if c.Privilege == snmp.Admin {
					c.View = snmp.ViewEverything
				}
				return inRange(v, int64(snmp.ReadOnly), int64(snmp.Admin))
			},
		},
		{
			n: 4, name: "juniSnmpCommunityAccessList", tag: snmp.TagInteger,
			get: func(_ *scope, c *snmp.Community) snmp.Value {
				n, err := strconv.ParseUint(c.AccessList, 10, 31)
				if err != nil || n > maxAccessListNumber {
					n = 0
				}
				return snmp.Integer(int32(n))
			},
			set: func(_ *scope, c *snmp.Community, v snmp.Value) snmp.ErrorStatus {
				c.AccessList = ""
				if v.Int64() != 0 {
					c.AccessList = v.String()
				}
				return inRange(v, 0, maxAccessListNumber)
			},
		},
		{
			n: 5, name: "juniSnmpCommunityAccessListName", tag: snmp.TagOctetString,
			get: func(_ *scope, c *snmp.Community) snmp.Value { return text(c.AccessList) },
			set: func(_ *scope, c *snmp.Community, v snmp.Value) snmp.ErrorStatus {
				c.AccessList = v.Str()
				return printable(c.AccessList, 0, snmp.MaxAccessList, false)
			},
		},
		{
			n: 6, name: "juniSnmpCommunityView", tag: snmp.TagOctetString,
			get: func(_ *scope, c *snmp.Community) snmp.Value { return text(c.View) },
			set: func(_ *scope, c *snmp.Community, v snmp.Value) snmp.ErrorStatus {
				c.View = v.Str()
				return printable(c.View, 0, snmp.MaxName, false)
			},
		},
	},
	edit: &edit[snmp.Community]{
		status: 2,
		fresh: func(_ *scope, index mib.OID) (snmp.Community, bool) {
			name, ok := octets(index)
			if !ok || printable(name, 1, snmp.MaxCommunity, false) != snmp.NoError {
				return snmp.Community{}, false
			}
			return snmp.Community{Name: name, Privilege: snmp.ReadOnly}, true
		},
		check: func(sc *scope, was, is *snmp.Community) snmp.ErrorStatus {
			if is.Privilege == snmp.Admin && is.View != snmp.ViewEverything {
				return snmp.InconsistentValue
			}
			if was == nil && len(sc.cfg.Users.As(side.Clearance{}).Communities()) >= snmp.MaxCommunities {
				return snmp.ResourceUnavailable
			}
			// A name that the secure side has taken: one name, one meaning on the wire.
			if _, taken := sc.cfg.Users.Snapshot().Community([]byte(is.Name)); was == nil && taken {
				return snmp.InconsistentName
			}
			return snmp.NoError
		},
		apply: func(sc *scope, was, is *snmp.Community) error {
			if is == nil {
				return sc.cfg.Users.As(side.Clearance{}).RemoveCommunity(was.Name)
			}
			return sc.cfg.Users.As(side.Clearance{}).SetCommunity(*is)
		},
	},
}
