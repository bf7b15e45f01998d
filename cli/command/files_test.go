package command

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"mirrorsh/cli"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/state"
)

// script is a script of the router's files, put there past the commands.
func script(t *testing.T, shell *cli.Shell, name string, lines ...string) {
	t.Helper()
	if err := shell.Files().Write(name, strings.Join(lines, "\n")+"\n"); err != nil {
		t.Fatal(err)
	}
}

func TestRedirection(t *testing.T) {
	o := operatorOf(t, shellOn(t, memory()))
	environment := o.do(t, "show environment")
	clock := o.do(t, "show clock")
	filtered := o.do(t, "show environment | include fan")
	for _, c := range []struct{ line, shown, file string }{
		{"show environment > a.txt", "", environment},
		{"show clock >> a.txt", "", environment + clock},
		{"show clock &> a.txt", clock, clock},
		{"show environment | include fan &>> a.txt", filtered, clock + filtered},
		{`show environment | include "fan" > disk0:a.txt`, "", filtered},
		{"dir | include nothing > empty", "", filtered},
		{"show environment | include ( > a.txt", "% invalid regular expression\n", filtered},
		{"show clock > ../secure.cnf", "% invalid file name\n", filtered},
		{"show clock > /etc/motd", "% invalid file name\n", filtered},
		{"show clock > .hidden", "% invalid file name\n", filtered},
		{"show clock >> system.log", "% system.log is written by log destination nv-file\n", filtered},
		{"show clock >", "% Incomplete command.\n", filtered},
	} {
		same(t, c.line, c.shown, o.run(t, c.line))
		same(t, "file after "+c.line, c.file, o.do(t, "more a.txt"))
	}
	same(t, "empty file", "", o.do(t, "more empty"))
	o.do(t, "disable 9")
	same(t, "level 9", "           ^\n% Invalid input detected at '^' marker.\n", strings.TrimPrefix(o.run(t, "show clock > a.txt"), strings.Repeat(" ", len(o.Prompt()))))
}

// TestRedirectedOutputIsOrdinary: what a mirror-enabled session writes to a
// file is what anybody would have seen.
func TestRedirectedOutputIsOrdinary(t *testing.T) {
	shell := shellOn(t, memory())
	o := operatorOf(t, shell, "configure terminal", "snmp-server enable traps link", "end",
		"mirror-enable", "configure terminal", "snmp-server user spy group mirror authentication sha passphrase privacy aes passphrase",
		"snmp-server host 127.0.0.6 version v3 spy packetMirror", "snmp-server enable traps packetMirror", "mirror trap-enable", "end")
	plain := operatorOf(t, shell)
	for _, line := range []string{"show configuration", "show running-configuration", "show snmp trap", "show log data severity notice | exclude Entries"} {
		secret := o.do(t, line)
		same(t, line+" &>", plain.do(t, line), o.do(t, line+" &> f"))
		same(t, line+" > file", plain.do(t, line), plain.do(t, "more f"))
		if again := o.do(t, line); again != secret {
			t.Errorf("%s after a redirection shows\n%s", line, again)
		}
	}
	o.do(t, "copy running-configuration f")
	same(t, "copy", plain.do(t, "show configuration"), plain.do(t, "more f"))
	if !strings.Contains(o.do(t, "show configuration"), "packetMirror") {
		t.Error("the secure side is empty: nothing was tested")
	}
	for _, line := range []string{"show mirror trap > g", "show snmp secure-log | include x &>> g", "show configuration mirror > g"} {
		same(t, line, "% secure output cannot be redirected\n", o.run(t, line))
	}
	same(t, "no file", "% no such file\n", o.run(t, "more g"))
}

func TestFileCommands(t *testing.T) {
	o := operatorOf(t, shellOn(t, memory()))
	same(t, "none", `File Size Size used Date and time
---- ---- --------- -------------

0 files, 0 octets used, 16777216 free
`, o.do(t, "dir"))
	o.do(t, "show environment > b.txt")
	o.do(t, "copy b.txt a.scr")
	same(t, "dir", `File        Size Size used Date and time
----------- ---- --------- -------------------
disk0:a.scr 85   85        11/22/2026 06:12:11
disk0:b.txt 85   85        11/22/2026 06:12:11

2 files, 170 octets used, 16777046 free
`, o.do(t, "dir"))
	o.do(t, "delete b.txt")
	for _, c := range []struct{ line, want string }{
		{"delete b.txt", "% no such file\n"},
		{"more b.txt", "% no such file\n"},
		{"copy b.txt c.txt", "% no such file\n"},
		{"copy a.scr ../startup.cnf", "% invalid file name\n"},
		{"copy a.scr system.log", "% system.log is written by log destination nv-file\n"},
		{"more ../secure.cnf", "% invalid file name\n"},
		{"more files/a.scr", "% invalid file name\n"},
		{"more startup.cnf", "% no such file\n"},
		{"delete ..", "% invalid file name\n"},
		{"configure file ../startup.cnf", "% invalid file name\n"},
	} {
		same(t, c.line, c.want, o.run(t, c.line))
	}
}

func TestMoreIsPrintable(t *testing.T) {
	shell := shellOn(t, memory())
	if err := shell.Files().Write("f", "a\tb\r\n\x1b[2Jc\x07 \xff ü"); err != nil {
		t.Fatal(err)
	}
	same(t, "more", "a\tb\n?[2Jc? \uFFFD ü\n", operatorOf(t, shell).do(t, "more f"))
}

func TestFilesAreBounded(t *testing.T) {
	shell := shellOn(t, memory())
	files := shell.Files()
	whole := strings.Repeat("x", cli.MaxFile)
	for i := range cli.MaxSpace / cli.MaxFile {
		if err := files.Write(fmt.Sprint("f", i), whole); err != nil {
			t.Fatal(err)
		}
	}
	o := operatorOf(t, shell)
	same(t, "full", "% no space left for files\n", o.run(t, "show clock > one-more"))
	same(t, "replaced", "", o.run(t, "show clock > f1"))
	same(t, "file full", "% file would be larger than 1048576 octets\n", o.run(t, "show clock >> f0"))
	same(t, "as it was", fmt.Sprint(len(whole)), fmt.Sprint(len(o.do(t, "more f0"))-1))
	for i := range cli.MaxSpace / cli.MaxFile {
		o.do(t, fmt.Sprint("delete f", i))
	}
	for i := range cli.MaxFiles {
		o.do(t, fmt.Sprint("show clock > f", i))
	}
	same(t, "many", "% no space left for files\n", o.run(t, "show clock > one-more"))
}

func TestScripts(t *testing.T) {
	for _, c := range []struct {
		name  string
		lines []string
		want  string
		then  string // prompt
	}{
		{"commands and their output", []string{"! a comment", "", "configure terminal", "hostname lab", "do show privilege"},
			"Enter configuration commands, one per line.  End with ^Z.\nPrivilege level is 15\n", "lab#"},
		{"refused by the grammar", []string{"configure terminal", "hostnam lab x", "hostname never"},
			"Enter configuration commands, one per line.  End with ^Z.\nhost1(config)#hostnam lab <hidden>\n" + strings.Repeat(" ", 26) + "^\n" +
				"% s:2: Invalid input detected at '^' marker.\n", "host1#"},
		{"refused by a handler", []string{"more none"}, "host1#more none\n% s:1: no such file\n", "host1#"},
		{"incomplete", []string{"copy a"}, "host1#copy a\n% s:1: Incomplete command.\n", "host1#"},
		{"nested", []string{"configure file inner"}, "host1#disable 16\n              ^\nhost1#configure file inner\n% s:1: inner:2: Invalid input detected at '^' marker. (out of range: 0 to 15)\n", "host1#"},
		{"without an end of line, with carriage returns", []string{"configure terminal\r", "hostname a-name\r"}, "Enter configuration commands, one per line.  End with ^Z.\n", "a-name#"},
		{"level", []string{"disable 1", "configure file inner"}, "host1>configure file inner\n      ^\n% s:2: configure file inner: Invalid input detected at '^' marker. (needs privilege level 10)\n", "host1>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			shell := shellOn(t, memory())
			script(t, shell, "s", c.lines...)
			script(t, shell, "inner", "! nothing", "disable 16")
			o := operatorOf(t, shell)
			same(t, "shown", c.want, o.run(t, "configure file s"))
			same(t, "prompt", c.then, o.Prompt())
			if h := o.History(); len(h) != 1 {
				t.Errorf("history is %q", h)
			}
		})
	}
}

func TestScriptThatRunsItself(t *testing.T) {
	shell := shellOn(t, memory())
	script(t, shell, "s", "configure file s")
	o := operatorOf(t, shell)
	got := o.run(t, "configure file s")
	want := strings.Repeat("host1#configure file s\n", 8) + "% " + strings.Repeat("s:1: ", 8) + "scripts run scripts more than 8 deep\n"
	same(t, "recursion", want, got)
	same(t, "again", want, o.run(t, "configure file s"))
}

func TestScriptEndsTheSession(t *testing.T) {
	shell := shellOn(t, memory())
	script(t, shell, "s", "logout", "configure terminal")
	o := operatorOf(t, shell)
	same(t, "shown", "", o.run(t, "configure file s"))
	if !o.Done() {
		t.Error("the session goes on")
	}
}

func TestConfigureMemory(t *testing.T) {
	store := memory()
	o := operatorOf(t, shellOn(t, store))
	same(t, "nothing saved", "% no saved configuration\n", o.run(t, "configure memory"))
	o.run(t, "configure terminal", "hostname lab", "snmp-server user joe group admin authentication sha passphrase", "end")
	if err := o.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	saved := o.do(t, "show configuration")
	o.run(t, "configure terminal", "no hostname", "no snmp-server user joe", "end")
	o.run(t, "mirror-enable", "configure memory", "no mirror-enable")
	same(t, "replayed", saved, o.do(t, "show configuration"))

	damaged := "configure terminal\nhostname again\nsnmp-server user joe group admin authentication sha key 00112233445566778899\nno such line\n! End of configuration script\n"
	if err := store.Commit(map[string][]byte{"startup.cnf": []byte(damaged)}); err != nil {
		t.Fatal(err)
	}
	got := o.run(t, "configure memory")
	if strings.Contains(got, "00112233") {
		t.Errorf("a secret is shown: %s", got)
	}
	if !strings.HasSuffix(got, "% startup.cnf:4: Invalid input detected at '^' marker.\n% lines of startup.cnf that were left out: 2\n") {
		t.Errorf("got %s", got)
	}
	same(t, "prompt", "again#", o.Prompt())

	if err := store.Commit(map[string][]byte{"startup.cnf": []byte(damaged[:len(damaged)-9])}); err != nil {
		t.Fatal(err)
	}
	same(t, "cut off", `% saved configuration cannot be read: not whole, its last line is not "! End of configuration script"`+"\n", o.run(t, "configure memory"))
}

func TestSkippedStartupLineIsLogged(t *testing.T) {
	store := memory()
	for name, text := range map[string]string{"startup.cnf": "configure terminal\nwrong word\n", "secure.cnf": "configure terminal\nmirror wrong\n"} {
		if err := store.Commit(map[string][]byte{name: []byte(text + "! End of configuration script\n")}); err != nil {
			t.Fatal(err)
		}
	}
	shell := shellOn(t, store)
	reported := 0
	if err := shell.Restore(t.Context(), func(string, int, string, side.Side) { reported++ }); err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, e := range mustEntries(shell) {
		texts = append(texts, e.Text)
	}
	same(t, "log", "startup.cnf:2 skipped: % Invalid input detected at '^' marker.", strings.Join(texts, "\n"))
	if reported != 2 {
		t.Errorf("%d lines reported", reported)
	}
}

func TestFilesOnDisk(t *testing.T) {
	dir, err := state.Open(t.TempDir() + "/state")
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	o := operatorOf(t, shellOn(t, dir), "show environment > a.txt", "copy a.txt b.txt", "delete a.txt",
		"configure terminal", "log destination nv-file", "end")
	o.Router().EventLog().Log(0, 0, "default", "kept")
	if err := o.Router().EventLog().Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	same(t, "log", "EMERGENCY 11/22/2026 06:12:11 UTC cliCommand (default): kept\n", o.do(t, "more system.log"))
	if got := o.do(t, "dir"); !strings.Contains(got, "disk0:b.txt      85") || !strings.Contains(got, "disk0:system.log 61") || strings.Contains(got, "a.txt") {
		t.Errorf("dir shows\n%s", got)
	}
	o.do(t, "delete system.log")
}

// TestThingsAmongTheFiles: what was put among the files from outside and is no
// regular file does not exist, and no link leads to the secure configuration.
func TestThingsAmongTheFiles(t *testing.T) {
	path := t.TempDir() + "/state"
	dir, err := state.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	shell := shellOn(t, dir)
	o := operatorOf(t, shell, "show environment > a.txt", "mirror-enable", "configure terminal", "mirror trap-enable", "end", "no mirror-enable")
	if err := shell.Changed(side.Secure); err != nil {
		t.Fatal(err)
	}
	file := func(name string) string { return filepath.Join(path, "files", name) }
	err = errors.Join(syscall.Mkfifo(file("pipe"), 0o600), os.Mkdir(file("adir"), 0o700),
		os.Symlink("../secure.cnf", file("link.txt")), os.Symlink("../secure.cnf", file("other.txt")), os.Symlink("a.txt", file("near.txt")),
		os.WriteFile(file("huge"), nil, 0o600), os.Truncate(file("huge"), cli.MaxFile+1))
	if err != nil {
		t.Fatal(err)
	}
	secure, err := dir.ReadFile("secure.cnf")
	if err != nil || !strings.Contains(string(secure), "mirror trap-enable") {
		t.Fatalf("%q, %v", secure, err)
	}
	listed := o.do(t, "dir")
	for name, want := range map[string]bool{"a.txt": true, "huge": true, "pipe": false, "adir": false, "link.txt": false, "near.txt": false} {
		if strings.Contains(listed, "disk0:"+name+" ") != want {
			t.Errorf("dir shows\n%s", listed)
		}
	}
	same(t, "large", strings.Repeat("% file is larger than 1048576 octets\n", 4),
		o.run(t, "more huge", "copy huge b.txt", "configure file huge", "show clock >> huge"))
	o.do(t, "delete huge")
	for _, name := range []string{"pipe", "adir", "link.txt", "near.txt"} {
		for _, line := range []string{"more " + name, "copy " + name + " b.txt", "configure file " + name, "delete " + name} {
			same(t, line, "% no such file\n", o.run(t, line))
		}
		if _, err := os.Lstat(file(name)); err != nil {
			t.Errorf("deleted: %v", err)
		}
	}
	clock := o.do(t, "show clock")
	for _, line := range []string{"show clock > link.txt", "show clock >> other.txt", "copy link.txt near.txt", "copy other.txt pipe"} {
		same(t, line, "", o.run(t, line))
	}
	for _, name := range []string{"link.txt", "other.txt", "near.txt", "pipe"} {
		same(t, name, clock, o.do(t, "more "+name))
	}
	same(t, "directory", "% file cannot be written: is a directory\n", o.run(t, "copy a.txt adir"))
	same(t, "target of a link", o.do(t, "show environment"), o.do(t, "more a.txt"))
	if now, err := dir.ReadFile("secure.cnf"); err != nil || string(now) != string(secure) {
		t.Errorf("the secure configuration is %q, %v", now, err)
	}
}
