package agent

import (
	"net/netip"
	"slices"

	"mirrorsh/mib"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// hostVersions are the versions of juniSnmpTrapHostProtocolVersion by number.
var hostVersions = []snmp.Version{snmp.Version1, snmp.Version2c, snmp.Version3}

type hostColumn = column[notify.HostStatus]

// trapHostTable is juniSnmpTrapHostTable: the ordinary record of each address.
var trapHostTable = &table[notify.HostStatus]{
	entry: juniTrap.Sub(3, 1),
	rows: func(sc *scope) []row[notify.HostStatus] {
		hosts := sc.cfg.Traps.As(side.Clearance{}).Hosts()
		var rows []row[notify.HostStatus]
		for _, h := range hosts {
			if h.Address.Is4() { // as its index is
				rows = append(rows, row[notify.HostStatus]{address(h.Address), h})
			}
		}
		slices.SortFunc(rows, func(a, b row[notify.HostStatus]) int { return a.index.Compare(b.index) })
		return rows
	},
	columns: []hostColumn{
		{n: 1, name: "juniSnmpTrapHostIpAddress", get: func(_ *scope, h *notify.HostStatus) snmp.Value { return snmp.Address(h.Address) }},
		{n: 2, name: "juniSnmpTrapHostRowStatus", get: activeRow[notify.HostStatus]},
		hostNumber(3, "juniSnmpTrapHostUdpPort", 1, 65535,
			func(h *notify.HostStatus) int { return int(h.Port) },
			func(h *notify.HostStatus, n int) { h.Port = uint16(n) }),
		{
			n: 4, name: "juniSnmpTrapHostCommunity", tag: snmp.TagOctetString,
			get: func(_ *scope, h *notify.HostStatus) snmp.Value { return text(h.SecurityString) },
			set: func(_ *scope, h *notify.HostStatus, v snmp.Value) snmp.ErrorStatus {
				h.SecurityString = v.Str()
				return printable(h.SecurityString, 1, notify.MaxSecurityString, false)
			},
		},
		hostNumber(5, "juniSnmpTrapHostProtocolVersion", 0, 2,
			func(h *notify.HostStatus) int { return slices.Index(hostVersions, h.Version) },
			func(h *notify.HostStatus, n int) { h.Version = hostVersions[n] }),
		{
			n: 6, name: "juniSnmpTrapHostFilter", tag: snmp.TagOctetString,
			get: func(_ *scope, h *notify.HostStatus) snmp.Value {
				if h.Categories.Empty() {
					return mask(mib.OrdinaryCategories)
				}
				return mask(h.Categories)
			},
			set: func(_ *scope, h *notify.HostStatus, v snmp.Value) snmp.ErrorStatus {
				set, status := categories(v)
				switch {
				case status != snmp.NoError:
					return status
				case set.Empty(): // a host without categories gets them all
					return snmp.WrongValue
				case set == mib.OrdinaryCategories:
					set = 0
				}
				h.Categories = set
				return snmp.NoError
			},
		},
		hostCounter(7, "juniSnmpTrapHostSends", func(c *notify.HostCounters) uint32 { return c.Sent }),
		hostCounter(8, "juniSnmpTrapHostDiscards", func(c *notify.HostCounters) uint32 { return c.Discards }),
		hostNumber(9, "juniSnmpTrapHostSeverityFilter", int64(mib.Emergency), int64(mib.Debug),
			func(h *notify.HostStatus) int { return int(h.Filter) },
			func(h *notify.HostStatus, n int) { h.Filter = mib.Severity(n) }),
		hostNumber(10, "juniSnmpTrapHostPingTimeOut", notify.MinPingTimeout, notify.MaxPingTimeout,
			func(h *notify.HostStatus) int { return h.PingTimeout },
			func(h *notify.HostStatus, n int) { h.PingTimeout = n }),
		{n: 11, name: "juniSnmpTrapHostIncludeLogVarbinds", get: func(sc *scope, h *notify.HostStatus) snmp.Value {
			name := h.Address.String()
			return truth(slices.ContainsFunc(sc.log.Content().Logs, func(l notify.LogStatus) bool { return l.Name == name && l.IncludeVarbinds }))
		}},
		hostNumber(12, "juniSnmpTrapHostQueueSize", notify.MinQueueSize, notify.MaxQueueSize,
			func(h *notify.HostStatus) int { return h.Size },
			func(h *notify.HostStatus, n int) { h.Size = n }),
		hostNumber(13, "juniSnmpTrapHostQueueDrainRate", 0, notify.MaxDrainRate,
			func(h *notify.HostStatus) int { return h.DrainRate },
			func(h *notify.HostStatus, n int) { h.DrainRate = n }),
		hostNumber(14, "juniSnmpTrapHostQueueFull", int64(notify.DropLastIn), int64(notify.DropFirstIn),
			func(h *notify.HostStatus) int { return int(h.Full) },
			func(h *notify.HostStatus, n int) { h.Full = notify.Full(n) }),
		hostCounter(15, "juniSnmpTrapHostBadEncodingDiscards", func(c *notify.HostCounters) uint32 { return c.BadEncoding }),
		hostCounter(16, "juniSnmpTrapHostQueueFullDiscards", func(c *notify.HostCounters) uint32 { return c.QueueFull }),
		hostCounter(17, "juniSnmpTrapHostNoResponseDiscards", func(c *notify.HostCounters) uint32 { return c.NoResponse }),
	},
	edit: &edit[notify.HostStatus]{status: 2, fresh: freshHost, check: checkHost, apply: applyHost},
}

func hostNumber(n uint32, name string, smallest, largest int64, get func(*notify.HostStatus) int, set func(*notify.HostStatus, int)) hostColumn {
	return hostColumn{
		n: n, name: name, tag: snmp.TagInteger,
		get: func(_ *scope, h *notify.HostStatus) snmp.Value { return snmp.Integer(int32(get(h))) },
		set: func(_ *scope, h *notify.HostStatus, v snmp.Value) snmp.ErrorStatus {
			if status := inRange(v, smallest, largest); status != snmp.NoError {
				return status
			}
			set(h, int(v.Int64()))
			return snmp.NoError
		},
	}
}

func hostCounter(n uint32, name string, get func(*notify.HostCounters) uint32) hostColumn {
	return hostColumn{n: n, name: name, get: func(_ *scope, h *notify.HostStatus) snmp.Value { return snmp.Counter(get(&h.Counters)) }}
}

func freshHost(_ *scope, index mib.OID) (notify.HostStatus, bool) {
	s, ok := octets(index)
	if !ok || len(s) != 4 {
		return notify.HostStatus{}, false
	}
	a := netip.AddrFrom4([4]byte([]byte(s)))
	if !notify.HostAddress(a) {
		return notify.HostStatus{}, false
	}
	return notify.HostStatus{Host: notify.NewHost(a, ""), Queue: notify.DefaultQueue()}, true
}

func checkHost(sc *scope, was, is *notify.HostStatus) snmp.ErrorStatus {
	switch {
	case is.SecurityString == "":
		return snmp.InconsistentValue
	case was == nil && len(sc.cfg.Traps.As(side.Clearance{}).Hosts()) >= notify.MaxHosts:
		return snmp.ResourceUnavailable
	}
	return snmp.NoError
}

func applyHost(sc *scope, was, is *notify.HostStatus) error {
	if is == nil {
		return sc.cfg.Traps.As(side.Clearance{}).RemoveHost(was.Address)
	}
	if err := sc.cfg.Traps.As(side.Clearance{}).SetHost(is.Host); err != nil {
		return err
	}
	q := is.Queue
	return sc.cfg.Traps.As(side.Clearance{}).SetQueue(is.Address, notify.QueueChange{
		Size: &q.Size, DrainRate: &q.DrainRate, Full: &q.Full, PingTimeout: &q.PingTimeout,
	})
}
