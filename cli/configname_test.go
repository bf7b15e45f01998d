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
