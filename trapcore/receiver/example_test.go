package receiver_test

import (
	"context"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/gosnmp/gosnmp"

	"mirrorsh/trapcore/receiver"
)

// A test that listens, has something send, and looks at what arrives.
func Example() {
	var users receiver.Users
	err := users.Read("users", strings.NewReader(`
		createUser mirrorUser SHA "auth passphrase" AES "priv passphrase"
		authUser log mirrorUser priv
	`))
	if err != nil {
		log.Fatal(err)
	}
	r, err := receiver.Listen("127.0.0.1:0", receiver.Options{Users: users.Credentials})
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()

	send(r.Addr().Port(), "auth passphrase")
	send(r.Addr().Port(), "wrong passphrase")
	send(r.Addr().Port(), "auth passphrase")

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for range 2 {
		n, err := r.Next(ctx)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(n.Name(), n.Kind(), n.User, n.Level)
	}
	fmt.Println(r.Counts().Refused)
	// Output:
	// coldStart trap mirrorUser authPriv
	// coldStart trap mirrorUser authPriv
	// map[usmStatsWrongDigests:1]
}

// send stands for what is under test.
func send(port uint16, passphrase string) {
	x := &gosnmp.GoSNMP{
		Target: "127.0.0.1", Port: port, Version: gosnmp.Version3, Timeout: time.Second,
		SecurityModel: gosnmp.UserSecurityModel, MsgFlags: gosnmp.AuthPriv,
		SecurityParameters: &gosnmp.UsmSecurityParameters{
			UserName: "mirrorUser", AuthoritativeEngineID: "\x80\x00\x13\x0a\x05example", AuthoritativeEngineBoots: 1,
			AuthenticationProtocol: gosnmp.SHA, AuthenticationPassphrase: passphrase,
			PrivacyProtocol: gosnmp.AES, PrivacyPassphrase: "priv passphrase",
		},
	}
	if err := x.Connect(); err != nil {
		log.Fatal(err)
	}
	defer x.Conn.Close()
	_, err := x.SendTrap(gosnmp.SnmpTrap{Variables: []gosnmp.SnmpPDU{
		{Name: "1.3.6.1.2.1.1.3.0", Type: gosnmp.TimeTicks, Value: uint32(1)},
		{Name: "1.3.6.1.6.3.1.1.4.1.0", Type: gosnmp.ObjectIdentifier, Value: "1.3.6.1.6.3.1.1.5.1"},
	}})
	if err != nil {
		log.Fatal(err)
	}
}
