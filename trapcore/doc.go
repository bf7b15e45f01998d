// Package trapcore is the router behind the shell: its virtual routers with
// their SNMP users and trap originators, and what they share. It composes the
// packages below it and knows no command line.
package trapcore
