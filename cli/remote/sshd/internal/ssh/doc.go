// Package ssh is the server's part of golang.org/x/crypto/ssh with one change: a
// client may ask for the authentication service again (service.go). paramiko does
// so before each method it tries; x/crypto ends the connection
// (https://go.dev/issue/75268), OpenSSH does not. Nothing that x/crypto exports
// reaches the loop that reads the request.
//
// The files with the licence of the Go authors are copies. copy_test.go holds
// them to the x/crypto of go.mod and lists every difference; with UPDATE=1 it
// copies them again. When x/crypto accepts the request, this package goes.
// Keys and signatures are x/crypto's own.
package ssh
