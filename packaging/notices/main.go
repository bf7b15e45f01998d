// Command notices prints the copyright file of a program: what holds for
// mirrorsh itself, and the licences of Go and of the modules that were built in.
//
//	notices [-debian] PROGRAM
package main

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

func main() {
	debian := flag.Bool("debian", false, "refer to the licences that every Debian system has")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: notices [-debian] PROGRAM")
		os.Exit(2)
	}
	text, err := notices(flag.Arg(0), *debian)
	if err == nil {
		_, err = os.Stdout.Write(text)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "notices:", err)
		os.Exit(1)
	}
}

const own = `mirrorsh

Copyright 2026 the mirrorsh authors. All rights reserved: no licence has been
chosen yet.

The program contains Go's runtime and library and the modules below, each under
the licence that follows its name.
`

// notices returns the copyright file of the program at path.
func notices(path string, debian bool) ([]byte, error) {
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return nil, err
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	b := bytes.NewBufferString(own)
	if err := licences(b, info.GoVersion, strings.TrimSpace(string(goroot)), debian); err != nil {
		return nil, err
	}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		dir, err := folder(m.Path + "@" + m.Version)
		if err == nil {
			err = licences(b, m.Path+" "+m.Version, dir, debian)
		}
		if err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

// folder is where the module cache has a module.
func folder(module string) (string, error) {
	out, err := exec.Command("go", "mod", "download", "-json", module).Output()
	var m struct{ Dir, Error string }
	if jerr := json.Unmarshal(out, &m); err == nil {
		err = jerr
	}
	if m.Error != "" {
		err = errors.New(m.Error)
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", module, err)
	}
	return m.Dir, nil
}

var licenceName = regexp.MustCompile(`(?i)^(un)?(licen[cs]e|copying|notice|patents)([.-].*)?$`)

// apache begins the text of a licence that Debian has in a place of its own.
var apache = regexp.MustCompile(`^\s*Apache License\s+Version 2\.0, January 2004\s`)

const apacheOfDebian = "Apache License, Version 2.0, as in /usr/share/common-licenses/Apache-2.0."

// licences writes the licence files of a folder below a title.
func licences(w io.Writer, title, dir string, debian bool) error {
	all, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	found := false
	for _, e := range all {
		if e.IsDir() || !licenceName.MatchString(e.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return err
		}
		found = true
		if debian && apache.Match(text) {
			text = []byte(apacheOfDebian)
		}
		fmt.Fprintf(w, "\n%s\n%s, %s\n\n%s\n", strings.Repeat("-", 78), title, e.Name(), bytes.TrimSpace(text))
	}
	if !found {
		return fmt.Errorf("%s: no licence in %s", title, dir)
	}
	return nil
}
