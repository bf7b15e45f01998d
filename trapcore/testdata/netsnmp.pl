# Net::SNMP: lists interfaces and subscribers, logs the first one out, and lists
# them again.
use strict;
use Net::SNMP;
my ($s, $error) = Net::SNMP->session(-hostname => '127.0.0.1', -port => $ARGV[0], -version => 2, -community => 'boss');
die $error unless $s;
sub column {
	my $t = $s->get_table(-baseoid => $_[0]) or die $s->error;
	return map { $t->{$_} } Net::SNMP::oid_lex_sort(keys %$t);
}
my $subscribers = '1.3.6.1.4.1.4874.2.2.20.1.8.4.1';
print join(' ', column('1.3.6.1.2.1.31.1.1.1.1')), "\n";
print join(' ', column("$subscribers.2")), "\n";
$s->set_request(-varbindlist => ["$subscribers.15.1", INTEGER, 6]) or die $s->error;
print join(' ', column("$subscribers.2")), "\n";
