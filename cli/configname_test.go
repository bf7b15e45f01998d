package cli

import "testing"

func TestMeansConfiguration(t *testing.T) {
	for name, want := range map[string]bool{
		"start": true, "startup": true, "STARTUP-CONFIG": true, "startup-configurations": true, "tartup-configuration": true,
		"st": true, "ru": true, "run": true, "running-confgi": true, "runnning": true, "starutp": true,
		"s": false, "r": false, "start.scr": false, "run1.txt": false, "lab": false, "startup.cnf": false, "strt2": false,
		"running-configuration-of-lab": false, "stop": false, "": false,
	} {
		if got := meansConfiguration(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}

func TestMeansPlace(t *testing.T) {
	for name, want := range map[string]bool{
		"tftp": true, "TFTP:": true, "tftp://10.1.1.1/x": true, "ftp:x": true, "flash:x.scr": true, "nvram:startup-config": true, "disk0:tftp": true,
		"tftp.scr": false, "flashes": false, "disk0:lab.scr": false, "usb0": false, "lab:x": false, "": false, ":": false,
	} {
		if got := meansPlace(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}
