package command

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"github.com/gosnmp/gosnmp"

	"mirrorsh/cli"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/state"
)

// startShell starts a router that keeps nothing, with all commands of this product.
func startShell() (*cli.Shell, func()) {
	router, err := trapcore.New(trapcore.Options{Hostname: "host1", MAC: [6]byte{2, 0, 0, 0, 0, 1}, Boots: 1})
	if err != nil {
		panic(err)
	}
	shell, err := cli.New(cli.Options{Router: router, Commands: All(), Sections: Sections(), Store: state.NewMemory(time.Now)})
	if err != nil {
		panic(err)
	}
	return shell, func() { _, _ = shell.Close(), router.Close() }
}

// typed types a script at level 15.
func typed(shell *cli.Shell, script string) {
	out := bufio.NewWriter(os.Stdout)
	batch := cli.Batch{
		Session: shell.NewSession(cli.SessionOptions{Level: 15, Out: out}), Out: out, Errors: os.Stdout, Quiet: true,
	}
	if err := batch.Run(context.Background(), cli.Source{Name: "script", R: strings.NewReader(script)}); err != nil {
		fmt.Println(err)
	}
	_ = out.Flush()
}

// A router, and a script as one would type it.
func Example() {
	shell, stop := startShell()
	defer stop()
	typed(shell, `
show privilege
configure terminal
snmp-server community public ro
do show configuration | include community
`)
	// Output:
	// Privilege level is 15
	// Enter configuration commands, one per line.  End with ^Z.
	// snmp-server community public view user ro
}

// A receiver gets a secure trap of the router, with gosnmp.
func Example_receive() {
	receiver, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		panic(err)
	}
	defer receiver.Close()
	shell, stop := startShell()
	defer stop()
	typed(shell, fmt.Sprintf(`
mirror-enable
configure terminal
snmp-server user mirrorUser group mirror authentication sha "auth passphrase" privacy aes "priv passphrase"
snmp-server host 127.0.0.1 version v3 mirrorUser udp-port %d packetMirror
snmp-server enable traps packetMirror
mirror trap-enable
do test mirror traps sessionStart
`, receiver.LocalAddr().(*net.UDPAddr).Port))

	_ = receiver.SetReadDeadline(time.Now().Add(10 * time.Second))
	datagram := make([]byte, 1500)
	n, err := receiver.Read(datagram)
	if err != nil {
		panic(err)
	}
	decoder := gosnmp.GoSNMP{
		Version: gosnmp.Version3, SecurityModel: gosnmp.UserSecurityModel, MsgFlags: gosnmp.AuthPriv,
		SecurityParameters: &gosnmp.UsmSecurityParameters{
			UserName:               "mirrorUser",
			AuthenticationProtocol: gosnmp.SHA, AuthenticationPassphrase: "auth passphrase",
			PrivacyProtocol: gosnmp.AES, PrivacyPassphrase: "priv passphrase",
		},
	}
	trap, err := decoder.UnmarshalTrap(datagram[:n], false)
	if err != nil {
		panic(err)
	}
	fmt.Println(len(trap.Variables), "varbinds of", trap.Variables[1].Value)
	// Output:
	// Enter configuration commands, one per line.  End with ^Z.
	// 1 trap raised, 1 to hosts
	// 14 varbinds of .1.3.6.1.4.1.4874.2.2.77.3.0.5
}
