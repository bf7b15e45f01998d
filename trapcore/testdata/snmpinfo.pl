# Prints what SNMP::Info finds. It wants modules of protocols that a router need
# not have, and is given one with the name it looks for.
use strict;
use SNMP::Info;
use SNMP::Info::Layer3::ERX;
my ($port, $mibs, $stubs) = @ARGV;
my $n = 0;
for my $module (sort keys %SNMP::Info::Layer3::ERX::MIBS) {
	next if -e "$mibs/$module.mib";
	open my $f, '>', "$stubs/$module.mib" or die $!;
	print $f "$module DEFINITIONS ::= BEGIN\nIMPORTS enterprises FROM SNMPv2-SMI;\n",
		"$SNMP::Info::Layer3::ERX::MIBS{$module} OBJECT IDENTIFIER ::= { enterprises 99999 ", ++$n, " }\nEND\n";
	close $f;
}
my $i = SNMP::Info->new(AutoSpecify => 1, DestHost => '127.0.0.1', RemotePort => $port, Community => 'boss', Version => 2,
	MibDirs => [$mibs, $stubs], IgnoreNetSNMPConf => 1) or die "no session";
print join('|', $i->class, $i->vendor, $i->model, $i->os, $i->os_ver, $i->layers, $i->name), "\n";
my ($names, $up, $macs) = ($i->i_name, $i->i_up, $i->i_mac);
print "interface $_ $names->{$_} $up->{$_} $macs->{$_}\n" for sort keys %$names;
my $index = $i->ip_index;
print "address $_ $index->{$_}\n" for sort keys %$index;
my $routes = $i->ipr_route;
my ($hops, $types, $masks) = ($i->ipr_dest, $i->ipr_type, $i->ipr_mask);
print "route $_ $masks->{$_} $hops->{$_} $types->{$_}\n" for sort keys %$routes;
my ($neighbors, $stations) = ($i->at_netaddr, $i->at_paddr);
print "neighbor $_ $neighbors->{$_} $stations->{$_}\n" for sort keys %$neighbors;
my $layers = $i->i_stack_status;
print "layer $_ $layers->{$_}\n" for sort keys %$layers;
my $entities = $i->e_descr;
print "entity $_ $entities->{$_}\n" for sort keys %$entities;
