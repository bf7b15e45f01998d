package state

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDamage(t *testing.T) {
	boots := func(d *Dir) error { _, err := d.NextBoots(); return err }
	mac := func(d *Dir) error { _, err := d.ChassisMAC(); return err }
	model := func(d *Dir) error { _, err := d.Model(); return err }
	for _, tc := range []struct {
		file    string
		content string
		use     func(*Dir) error // nil: Open finds it
		remedy  string
	}{
		{bootsName, "", boots, "chassis-mac"},
		{bootsName, "7\n", boots, "new engine ID"},
		{bootsName, string(seal([]byte(bootsPrefix + "0\n"))), boots, "new engine ID"},
		{bootsName, string(seal([]byte(bootsPrefix + "-3\n"))), boots, "new engine ID"},
		{bootsName, string(seal([]byte(bootsPrefix + "2147483648\n"))), boots, "new engine ID"},
		{bootsName, string(seal([]byte("7\n"))), boots, "new engine ID"},
		{macName, "", mac, "remove it"},
		{macName, "02:00:00:00:00:05\n", mac, "remove it"},
		{macName, string(seal([]byte("03:00:00:00:00:05\n"))), mac, "remove it"},
		{modelName, "", model, "--model"},
		{modelName, "model e320\n", model, "--model"},
		{modelName, string(seal([]byte("e320\n"))), model, "--model"},
		{journalName, "", nil, "check the configuration files"},
		{journalName, `[{"from":".tmp-a","to":"startup.cnf"}]` + "\n", nil, "check the configuration files"},
		{journalName, string(seal([]byte(`[{"from":"x","to":"startup.cnf"}]` + "\n"))), nil, "check the configuration files"},
		{journalName, string(seal([]byte(`[{"from":".tmp-/../x","to":"startup.cnf"}]` + "\n"))), nil, "check the configuration files"},
		{journalName, string(seal([]byte(`[{"from":".tmp-x","to":"../startup.cnf"}]` + "\n"))), nil, "check the configuration files"},
	} {
		t.Run(fmt.Sprintf("%s %q", tc.file, tc.content), func(t *testing.T) {
			path := t.TempDir()
			if err := errors.Join(openTest(t, path).Close(), os.WriteFile(filepath.Join(path, tc.file), []byte(tc.content), 0o600)); err != nil {
				t.Fatal(err)
			}
			d, err := Open(path)
			if tc.use != nil {
				if err != nil {
					t.Fatal(err)
				}
				err = tc.use(d)
				defer d.Close()
			}
			var damaged *DamagedError
			if !errors.As(err, &damaged) || damaged.Path != filepath.Join(path, tc.file) || !strings.Contains(err.Error(), tc.remedy) {
				t.Errorf("got %v", err)
			}
			if got, err := os.ReadFile(filepath.Join(path, tc.file)); err != nil || string(got) != tc.content {
				t.Errorf("the damaged file now holds %q, %v", got, err)
			}
		})
	}
}

func TestBoots(t *testing.T) {
	for _, tc := range []struct{ before, want int32 }{{0, 1}, {1, 2}, {41, 42}, {maxBoots - 1, maxBoots}, {maxBoots, maxBoots}} {
		path := t.TempDir()
		d := openTest(t, path)
		if tc.before != 0 {
			if err := os.WriteFile(filepath.Join(path, bootsName), sealBoots(tc.before), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		got, err := d.NextBoots()
		if err != nil || got != tc.want {
			t.Errorf("after %d: %d, %v, want %d", tc.before, got, err, tc.want)
		}
		if kept, err := os.ReadFile(filepath.Join(path, bootsName)); err != nil || !bytes.Equal(kept, sealBoots(tc.want)) {
			t.Errorf("after %d: the file holds %q, %v", tc.before, kept, err)
		}
	}
}

func sealBoots(boots int32) []byte { return (&bootsRecord{boots: boots}).sealed() }

// FuzzBoots: only what is written counts; nothing else is taken for a
// number, and never for a new directory.
func FuzzBoots(f *testing.F) {
	valid := sealBoots(2000000)
	f.Add(valid)
	for i := range valid {
		changed := bytes.Clone(valid)
		changed[i] ^= 1
		f.Add(changed)
		f.Add(valid[:i])
	}
	f.Add(append(bytes.Clone(valid), '\n'))
	record := bootsRecord{boots: 9, before: map[string]int32{"8000130a0101": 3, "8000130a0102": 0}}
	f.Add(record.sealed())
	f.Add(seal([]byte(bootsPrefix + "9\n8000130a0101 9\n")))
	f.Add(seal([]byte(bootsPrefix + "9\n8000130a01 3\n8000130a01 4\n")))
	f.Add(seal([]byte(bootsPrefix + "9\n8000130A01 3\n")))
	path := f.TempDir()
	d := openTest(f, path)
	f.Fuzz(func(t *testing.T, content []byte) {
		if err := os.WriteFile(filepath.Join(path, bootsName), content, 0o600); err != nil {
			t.Fatal(err)
		}
		d.mu.Lock()
		got, err := d.readBoots()
		d.mu.Unlock()
		var damaged *DamagedError
		switch {
		case err == nil && (got.boots < 1 || !bytes.Equal(content, got.sealed())):
			t.Errorf("%q read as %+v", content, got)
		case err != nil && !errors.As(err, &damaged):
			t.Errorf("%q: %v", content, err)
		}
	})
}
