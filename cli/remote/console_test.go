package remote_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/remote/remotetest"
	"mirrorsh/cli/terminal"
	"mirrorsh/trapcore/tacacs/tacacstest"
)

// TestConsoleList: the console asks for what its method list wants, and who has logged
// in there is known by name.
func TestConsoleList(t *testing.T) {
	s := tacacstest.Start(t, tacacstest.Policy{Key: "sesame", Users: map[string]string{"ann": "apples"}, Level: 5,
		Denies: func(r tacacstest.Request) bool { return r.Command() == "show privilege" }})
	_, shell := serveRaw(t, "aaa new-model", "aaa authentication login default tacacs+", "aaa authorization exec default tacacs+",
		"aaa authorization commands 1 default tacacs+", "aaa accounting exec default start-stop tacacs+",
		fmt.Sprintf("tacacs-server host %v port %d timeout 20 key sesame", s.Addr.Addr(), s.Addr.Port()))
	here, there := net.Pipe()
	t.Cleanup(func() { _ = there.Close() })
	_ = there.SetDeadline(time.Now().Add(20 * time.Second))
	session := shell.NewSession(cli.SessionOptions{Level: 1})
	tty := terminal.NewRemote(here, func() (width, height int) { return 80, 24 })
	ed := terminal.NewPlain(tty, session)
	done := make(chan error, 1)
	go func() {
		defer here.Close()
		defer ed.Close()
		defer session.Close()
		done <- terminal.Run(t.Context(), session, ed)
	}()
	shown := ""
	expect := func(text string) {
		t.Helper()
		for !strings.Contains(shown, text) {
			b := make([]byte, 1024)
			n, err := there.Read(b)
			if shown += string(b[:n]); err != nil {
				t.Fatalf("%q is not shown, but %q: %v", text, shown, err)
			}
		}
		_, shown, _ = strings.Cut(shown, text)
	}
	send := func(text string) {
		t.Helper()
		if _, err := there.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	for _, turn := range []struct{ shown, typed string }{
		{"User: ", "anx\x08n\r"}, {"Password: ", "pears\r"}, {"User: ", "ann\r"}, {"Password: ", "apples\r"},
		{"host1#", "show users\r"}, {"ann", ""}, {"host1#", "show privilege\r"}, {"% command authorization failed", ""}, {"host1#", "logout\r"},
	} {
		expect(turn.shown)
		if turn.typed != "" {
			send(turn.typed)
		}
	}
	for {
		b := make([]byte, 1024)
		if _, err := there.Read(b); err != nil {
			break
		}
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), remotetest.Patience)
	defer cancel()
	s.Await(ctx, 2, "start", "stop")
	shell.AAA().Close()
	var told []string
	for _, r := range s.Records() {
		told = append(told, r.Kind+" "+r.User+" "+r.Port)
	}
	if got := strings.Join(told, ", "); got != "start ann console, stop ann console" {
		t.Errorf("told: %s", got)
	}
}
