package command

import (
	"bufio"
	"bytes"
	"strings"
	"testing"
	"testing/fstest"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/config"
)

// TestCopyMeansTheConfiguration types what operators type to save or read the
// configuration: none of it makes a file.
func TestCopyMeansTheConfiguration(t *testing.T) {
	const saved = "Configuration saved; it saves itself after every change.\nThe router is ephemeral: all of it ends with the program.\n"
	for line, want := range map[string]string{
		"copy running-configuration startup-configuration": saved,
		"copy running-config startup-config":               saved,
		"copy run start":                                   saved,
		"COPY RUN START":                                   saved,
		"copy r s":                                         saved,
		"write":                                            saved,
		"write memory":                                     saved,
		"wr mem":                                           saved,
		"wr":                                               saved,
		"copy start run":                                   "",
		"copy startup-configuration running-configuration": "",
		"copy run run":                         "% a configuration cannot be copied to itself\n",
		"copy start start":                     "Invalid",
		"copy start lab.scr":                   "Invalid",
		"copy part.scr start":                  "% the router starts with what it runs, copy the file to running-configuration\n",
		"copy part.scr run":                    "Enter configuration",
		`copy run "startup-configuration"`:     "% the configuration is no file of that name",
		`copy run disk0:running-config`:        "% the configuration is no file of that name",
		`show clock > startup-configuration`:   "% the configuration is no file of that name",
		`copy run tftp`:                        "% files are copied on disk0: alone",
		`copy run tftp:`:                       "% files are copied on disk0: alone",
		`copy run ftp://10.1.1.1/x`:            "% files are copied on disk0: alone",
		`copy part.scr flash:`:                 "% files are copied on disk0: alone",
		`copy tftp run`:                        "% files are copied on disk0: alone",
		`show clock > tftp:x`:                  "% files are copied on disk0: alone",
		`copy run "start"`:                     "% the configuration is no file of that name",
		`copy run "RUN"`:                       "% the configuration is no file of that name",
		`copy part.scr "startup"`:              "% the configuration is no file of that name",
		`copy run startup-configurations`:      "% the configuration is no file of that name",
		`copy run starup-configuration`:        "% the configuration is no file of that name",
		`copy run statrup-config`:              "% the configuration is no file of that name",
		`show clock > start`:                   "% the configuration is no file of that name",
		`show clock > disk0:Run`:               "% the configuration is no file of that name",
		`show clock &> runing-config`:          "% the configuration is no file of that name",
		`show clock &>> startup-configuratiom`: "% the configuration is no file of that name",
		`show clock >> startup-config`:         "% the configuration is no file of that name",
	} {
		t.Run(line, func(t *testing.T) {
			shell := shellOn(t, memory())
			script(t, shell, "part.scr", "configure terminal", "hostname part")
			o := operatorOf(t, shell, "configure terminal", "snmp-server contact me", "end")
			if err := o.Save(t.Context()); err != nil {
				t.Fatal(err)
			}
			got := o.run(t, line)
			if want == "" && !strings.HasPrefix(got, "Enter configuration") || !strings.Contains(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
			files, err := shell.Files().List()
			if err != nil || len(files) != 1 {
				t.Errorf("the files are %v, %v", files, err)
			}
			if want := map[bool]string{true: "part", false: "host1"}[line == "copy part.scr run"]; shell.Router.Hostname() != want {
				t.Errorf("the host name is %s, want %s", shell.Router.Hostname(), want)
			}
		})
	}
}

// TestWriteSavesNow what is gone from the disk, and says when it cannot.
func TestWriteSavesNow(t *testing.T) {
	shell := shellOn(t, memory())
	store := &tightStore{Store: shell.Store}
	store.room.Store(true)
	shell.Store = store
	o := operatorOf(t, shell, "configure terminal", "hostname kept", "end")
	if err := o.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := store.Remove("startup.cnf"); err != nil {
		t.Fatal(err)
	}
	o.do(t, "write memory")
	if data, err := store.ReadFile("startup.cnf"); err != nil || !strings.Contains(string(data), "hostname kept\n") {
		t.Errorf("saved is %q, %v", data, err)
	}
	store.room.Store(false)
	for _, line := range []string{"write", "copy run start"} {
		same(t, line, "% configuration not saved: no room\n", o.run(t, line))
	}
	store.room.Store(true)
	o.do(t, "write")
	if err := o.Save(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestShowStartupConfiguration shows what the router starts with, the secure
// part to who sees it.
func TestShowStartupConfiguration(t *testing.T) {
	shell := shellOn(t, memory())
	o := operatorOf(t, shell)
	same(t, "nothing saved", "% no saved configuration\n", o.run(t, "show startup-configuration"))
	operatorOf(t, shell, "mirror-enable", "configure terminal", "snmp-server community word1234 view everything ro", "mirror trap-enable")
	const head, end = "configure terminal\n", "! End of configuration script\n"
	ordinary := "snmp-server community word1234 view everything ro\n"
	same(t, "ordinary", head+ordinary+end, o.do(t, "show startup-configuration"))
	o.do(t, "mirror-enable")
	same(t, "secure", head+ordinary+"mirror trap-enable\n"+end, o.do(t, "show startup-configuration"))
	o.do(t, "no mirror-enable")
	o.do(t, "disable 14")
	if got := o.run(t, "show startup-configuration"); !strings.Contains(got, "% Invalid input") {
		t.Errorf("level 14 gets %q", got)
	}
}

// TestScriptsFindScriptsBeside the script of a batch, and nothing else of the host.
func TestScriptsFindScriptsBeside(t *testing.T) {
	host := fstest.MapFS{
		"part.scr":      {Data: []byte("configure terminal\nsnmp-server contact beside\n")},
		"sub/outer.scr": {Data: []byte("configure file inner.scr\nconfigure file ../part.scr\n")},
		"sub/inner.scr": {Data: []byte("configure terminal\nsnmp-server location inner\n")},
		"sub":           {Mode: 0o755 | 1<<31},
		"bad.scr":       {Data: []byte("hello\n")},
		"large.scr":     {Data: bytes.Repeat([]byte("!\n"), cli.MaxFile)},
	}
	for _, c := range []struct{ line, want, config string }{
		{"configure file part.scr", "", "snmp-server contact \"beside\"\n"},
		{"configure file disk0:part.scr", "", "snmp-server contact \"disk\"\n"},
		{"configure file only.scr", "", "snmp-server contact \"only\"\n"},
		{"configure file sub/outer.scr", "", "snmp-server contact \"beside\"\nsnmp-server location \"inner\"\n"},
		{"configure file nested.scr", "", "snmp-server contact \"disk\"\n"},
		{"configure file bad.scr", "s:1: % bad.scr:1: hello: Invalid input detected at '^' marker.\n", ""},
		{"configure file ../part.scr", "s:1: % invalid file name\n", ""},
		{"configure file /part.scr", "s:1: % invalid file name\n", ""},
		{"configure file sub", "s:1: % no such file\n", ""},
		{"configure file nothing.scr", "s:1: % no such file\n", ""},
		{"configure file large.scr", "s:1: % file is larger than 1048576 octets\n", ""},
		{"more part.scr", "", ""},
		{"more bad.scr", "s:1: % no such file\n", ""},
	} {
		t.Run(c.line, func(t *testing.T) {
			shell := shellOn(t, memory())
			script(t, shell, "part.scr", "configure terminal", "snmp-server contact disk")
			script(t, shell, "only.scr", "configure terminal", "snmp-server contact only")
			script(t, shell, "nested.scr", "configure file part.scr")
			var out, errs bytes.Buffer
			w := bufio.NewWriter(&out)
			b := &cli.Batch{Session: shell.NewSession(cli.SessionOptions{Level: 15, Out: w}), Out: w, Errors: &errs}
			defer b.Session.Close()
			_ = b.Run(t.Context(), cli.Source{Name: "s", R: strings.NewReader(c.line + "\n"), Beside: host})
			same(t, "errors", c.want, errs.String())
			_, config, _ := strings.Cut(shown(t, shell, false), "\nconfigure terminal\n")
			same(t, "configuration", c.config+"! End of configuration script\n", config)
			// Nothing of the host is found once the script has ended.
			if err := b.Session.Execute(t.Context(), "configure file sub/outer.scr"); err == nil {
				t.Error("found without a script")
			}
		})
	}
}

func TestShowVirtualRouter(t *testing.T) {
	o := operatorOf(t, shellOn(t, memory()), "configure terminal", "virtual-router red", "no snmp-server", "interface loopback 1", "end")
	const head = "Virtual Router SNMP Agent Interfaces\n-------------- ---------- ----------\n"
	const red = "red            disabled   1\n"
	same(t, "all", head+"default        enabled    0\n"+red, o.do(t, "show virtual-router"))
	same(t, "one", head+red, o.do(t, "show virtual-router red"))
	same(t, "none", "% no such virtual router\n", o.run(t, "show virtual-router blue"))
}

// TestStartupOfAFreshRouter: what was saved is shown, be it nothing.
func TestStartupOfAFreshRouter(t *testing.T) {
	o := operatorOf(t, shellOn(t, memory()))
	same(t, "never saved", "% no saved configuration\n", o.run(t, "show startup-configuration"))
	o.do(t, "write memory")
	same(t, "saved", config.Begin+config.End, o.do(t, "show startup-configuration"))
}

// TestFullDiskIsToldOnce of write memory, until something changes.
func TestFullDiskIsToldOnce(t *testing.T) {
	shell := shellOn(t, memory())
	shell.Store = &tightStore{Store: shell.Store}
	for script, want := range map[string]int{
		"write memory\n": 1, "write memory\nshow clock\n": 1, "copy run start\nshow clock\n": 1,
	} {
		out, _ := batch(t, shell, script)
		if n := strings.Count(out, "not saved"); n != want {
			t.Errorf("%q: told %d times, want %d: %s", script, n, want, out)
		}
	}
}
