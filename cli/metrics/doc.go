// Package metrics is what Prometheus scrapes of a router: one page for anybody,
// and one for who has a token, with the secure side and the process itself in it.
//
// The page for anybody is what an ordinary reader is given of the router, and
// nothing else: memory, processor time, goroutines, garbage, open files and octets
// on the network are the process's, and would tell how busy the secure side is. So
// would how often the other page is asked for. It is read through clearances, like
// any show command.
//
// The page of a fleet is one for anybody: sums of the pages of its routers without
// the labels that tell their parts apart, so that it is as long for 100 000 routers.
//
// It opens no sockets and knows no flags.
package metrics
