package command

import "mirrorsh/cli"

// noErasing is why no command erases what is saved.
const noErasing = "what runs is what is saved: take settings back with no"

// atOnce is why nothing is committed.
const atOnce = "commands take effect at once, and the configuration saves itself"

// noNames is why no operator has a name.
const noNames = "operators have no names here: line vty and password let them in"

// Habits are what operators type who come from IOS, Junos and VRP.
func Habits() []cli.Habit {
	return []cli.Habit{
		// The configuration.
		{Typed: "wr[ite] t[erminal]", Use: "show configuration"},
		{Typed: "wr[ite] n[etwork]", Use: "copy running-configuration FILE"},
		{Typed: "wr[ite] e[rase]", Say: noErasing},
		{Typed: "er[ase] st[artup-config]|nv[ram:]", Say: noErasing},
		{Typed: "com[mit]", Say: atOnce},
		{Typed: "roll[back]", Say: atOnce},
		{Typed: "sa[ve]", Use: "write memory"},
		{Typed: "ed[it]", Use: "configure terminal"},
		{Typed: "se[t]", Use: "configure terminal"},
		{Typed: "sys[tem-view]", Use: "configure terminal"},
		{Typed: "do|run *", Say: "do and run are for the configuration modes: type the command without"},
		{Typed: "to[p]", Use: "end"},
		{Typed: "ret[urn]", Use: "end"},
		{Typed: "up", Use: "exit"},
		{Typed: "q[uit]", Use: "exit"},
		{Typed: "und[o]", Use: "no"},
		// What is shown.
		{Typed: "dis[play]", Use: "show"},
		{Typed: "dis[play] cur[rent-configuration]", Use: "show configuration"},
		{Typed: "dis[play] sa[ved-configuration]", Use: "show startup-configuration"},
		{Typed: "dis[play] ver[sion]", Use: "show version"},
		{Typed: "sh[ow] log|logg[ing]", Use: "show log data"},
		{Typed: "sh[ow] log mess[ages]", Use: "show log data"},
		{Typed: "cl[ear] log|logg[ing]", Use: "clear log data"},
		{Typed: "sh[ow] inv[entory]|plat[form]|mod[ule]|diag", Use: "show hardware"},
		{Typed: "sh[ow] ch[assis]", Use: "show hardware"},
		{Typed: "sh[ow] sys[tem] up[time]", Use: "show version"},
		{Typed: "sh[ow] int[erfaces] stat[us]|desc[ription]|sum[mary]|br[ief]|te[rse]", Use: "show ip interface brief"},
		{Typed: "sh[ow] ip int[erface] te[rse]|sum[mary]|stat[us]", Use: "show ip interface brief"},
		{Typed: "sh[ow] rou[te]", Use: "show ip route"},
		{Typed: "sh[ow] ip prot[ocols]", Use: "show ip route"},
		{Typed: "sh[ow] vrf", Use: "show ip vrf"},
		{Typed: "sh[ow] access-lists", Use: "show access-list"},
		{Typed: "sh[ow] ip acc[ess-lists]", Use: "show access-list"},
		{Typed: "sh[ow] snmp host", Use: "show snmp trap"},
		{Typed: "sh[ow] snmp mib", Use: "show snmp view"},
		{Typed: "sh[ow] aaa serv[ers]", Use: "show radius servers"},
		{Typed: "sh[ow] deb[ugging]", Use: "show log configuration"},
		{Typed: "sh[ow] who|sess[ions]", Use: "show users"},
		{Typed: "sh[ow] cli", Use: "show terminal"},
		{Typed: "who|where|systat", Use: "show users"},
		{Typed: "hist[ory]", Use: "show history"},
		{Typed: "dir *", Use: "dir"},
		// What is done.
		{Typed: "term[inal] no mon[itor]", Use: "no terminal monitor"},
		{Typed: "und[ebug]|u", Use: "no log severity"},
		{Typed: "no deb[ug]", Use: "no log severity"},
		{Typed: "deb[ug]", Use: "log severity debug CATEGORY"},
		{Typed: "cl[ear] count[ers]", Use: "baseline snmp"},
		{Typed: "cl[ear] line *", Use: "clear line vty NUMBER"},
		{Typed: "trace[route]", Use: "ping ADDRESS"},
		{Typed: "req[uest] sys[tem] reb[oot]", Use: "reload"},
		{Typed: "reb[oot]", Use: "reload"},
		// What is configured.
		{Typed: "logg[ing]", Use: "log destination"},
		{Typed: "logg[ing] con[sole]", Use: "log destination console"},
		{Typed: "logg[ing] mon[itor]", Use: "terminal monitor"},
		{Typed: "logg[ing] buf[fered]", Use: "log severity SEVERITY"},
		{Typed: "logg[ing] on", Use: "log severity SEVERITY"},
		{Typed: "logg[ing] tr[ap]", Use: "log destination syslog SERVER severity SEVERITY"},
		{Typed: "logg[ing] sync[hronous]", Say: "messages never break into a line that is typed"},
		{Typed: "logg[ing] host|*.*", Use: "log destination syslog SERVER"},
		{Typed: "no logg[ing]", Use: "no log destination"},
		{Typed: "user[name]", Say: noNames},
		{Typed: "login local", Use: "login"},
		{Typed: "snmp-[server] host * tr[aps] ver[sion]", Use: "snmp-server host ADDRESS version v2c COMMUNITY"},
		{Typed: "snmp-[server] host * inf[orms] *", Use: "snmp-server host ADDRESS version v2c COMMUNITY informs"},
		{Typed: "snmp-[server] host * ver[sion] 3|v3 auth|noauth|priv *", Use: "snmp-server host ADDRESS version v3 USER"},
		{Typed: "snmp-[server] en[able] tr[aps] snmp *", Use: "snmp-server enable traps link"},
		{Typed: "snmp-[server] group * v1|v2c|v3", Use: "snmp-server group GROUP priv"},
		{Typed: "snmp-[server] user * * v1|v2c|v3", Use: "snmp-server user USER group GROUP"},
		{Typed: "snmp-[server] user * * v3 auth * * priv * 128|192|256", Use: "snmp-server user USER group GROUP authentication sha PASSPHRASE privacy aes PASSPHRASE"},
		{Typed: "snmp-[server] vi[ew] * iso|internet|mib-2|system|interfaces", Use: "snmp-server view VIEW OBJECT-ID included"},
		{Typed: "ip acc[ess-list]", Use: "access-list NAME permit ADDRESS"},
		{Typed: "ip vrf", Use: "virtual-router NAME"},
		{Typed: "vrf", Use: "virtual-router NAME"},
		{Typed: "ip add[ress] */*", Use: "ip address ADDRESS MASK"},
		{Typed: "ip route */*", Use: "ip route NETWORK MASK NEXT-HOP"},
	}
}
