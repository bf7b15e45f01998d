package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/pflag"

	"mirrorsh/mib"
)

func mibsCommand() *subcommand {
	return &subcommand{
		name: "mibs", args: "DIR",
		help:  "Writes the MIB modules into DIR, which is made if there is none. net-snmp's\nprograms read them with -M DIR -m ALL. A file that says something else stays.",
		flags: func(*pflag.FlagSet) {},
		run: func(args []string) int {
			if len(args) != 1 || args[0] == "" {
				say("%v", subcommandError{"mibs", "mibs takes one directory"})
				return exitUsage
			}
			n, err := writeModules(args[0])
			if err != nil {
				say("%v", err)
				return exitStart
			}
			fmt.Printf("%d modules in %s\n", n, args[0])
			return exitDone
		},
	}
}

// writeModules returns how many modules are there now. Nothing leads out of the
// directory, symbolic links included.
func writeModules(dir string) (int, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return 0, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return 0, err
	}
	defer root.Close()
	all, err := fs.Glob(mib.Modules, "*.mib")
	if err != nil {
		return 0, err
	}
	for _, name := range all {
		text, err := mib.Modules.ReadFile(name)
		if err != nil {
			return 0, err
		}
		if err := writeModule(root, name, text); err != nil {
			return 0, fmt.Errorf("%s: %w", dir, err)
		}
	}
	return len(all), nil
}

func writeModule(root *os.Root, name string, text []byte) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		old, err := root.ReadFile(name)
		if err == nil && !bytes.Equal(old, text) {
			err = fmt.Errorf("%s is there and says something else: remove it, or give another directory", name)
		}
		return err
	}
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}
