package kubernetes

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"mirrorsh/packaging/internal/program"
)

// line is the command line of a pod here: an address for that of the pod, and the
// files of the base.
func (m *manifests) line(namespace, pod string) string {
	c := m.set.Spec.Template.Spec.Containers[0]
	values := []string{"$(NAMESPACE)", namespace, "$(POD)", pod, "$(ADDRESS)", "127.0.0.1", "/etc/mirrorsh/users/", "base/", "/etc/mirrorsh/script/", "base/"}
	for _, e := range c.Env {
		values = append(values, "$("+e.Name+")", e.Value)
	}
	var b strings.Builder
	for _, a := range c.Args {
		b.WriteString(" '" + strings.NewReplacer(values...).Replace(a) + "'")
	}
	return b.String()
}

// here makes flags of serve those of a batch that listens nowhere.
func here(flags string) string {
	return strings.NewReplacer("'serve'", "", "--snmp=:1161", "--snmp=off", "--metrics=:9464", "--metrics=off").Replace(flags)
}

// TestProgram runs it as pods do.
func TestProgram(t *testing.T) {
	bin := program.Build(t, "../..")
	t.Run("scripts", func(t *testing.T) { runScripts(t, bin) })
	t.Run("engines", func(t *testing.T) { runEngines(t, bin) })
	t.Run("metrics", func(t *testing.T) { runMetrics(t, bin) })
}

// runScripts: the program takes flags and scripts as a pod gives them.
func runScripts(t *testing.T, bin string) {
	t.Helper()
	router := load(t, "base").line("lab", "mirrorsh-7")
	program.Run(t, bin, "mirrorsh "+router+" --help")
	flags := here(router)
	if out := program.Run(t, bin, "mirrorsh "+flags); strings.Contains(out, "%") {
		t.Errorf("the scripts print %s", out)
	}
	fleet := load(t, "fleet").line("lab", "mirrorsh-fleet-7")
	out := program.Run(t, bin, "mirrorsh "+fleet+" --snmp=127.0.0.1:0 --metrics=127.0.0.1:0 --times=1 --rate=1000 --router-rate=1000 --json")
	if !strings.Contains(out, `"routers":100,"refused":0,"runs":100,`) || !strings.Contains(out, `"sent":100,`) {
		t.Errorf("the fleet prints %s", out)
	}
}

// runEngines: no two pods of any set have the same engine ID, nor has a router of
// a fleet that of another; and where a pod will run, they are known before.
func runEngines(t *testing.T, bin string) {
	t.Helper()
	engines := map[string]string{}
	take := func(pod, out string, want int) {
		t.Helper()
		ids := regexp.MustCompile(`0x8000130a05[0-9a-f]+`).FindAllString(out, -1)
		if len(ids) != want {
			t.Fatalf("%s: %d engine IDs in %s", pod, len(ids), out)
		}
		for _, id := range ids {
			if other := engines[id]; other != "" {
				t.Errorf("%s and %s share %s", pod, other, id)
			}
			engines[id] = pod
		}
	}
	router, fleet := load(t, "base"), load(t, "fleet")
	for _, namespace := range []string{"lab", "lab2"} {
		for pod := range 3 {
			name := fmt.Sprint(router.set.Name, "-", pod)
			flags, _, _ := strings.Cut(router.line(namespace, name), "'base/")
			take(namespace+" "+name, program.Run(t, bin, "mirrorsh "+here(flags)+" -c 'show snmp engineID'"), 1)
			name = fmt.Sprint(fleet.set.Name, "-", pod)
			take(namespace+" "+name, program.Run(t, bin, "mirrorsh "+fleet.line(namespace, name)+
				" --snmp=off --metrics=off --repeat='show version' --times=1 --router-rate=1000 --export snmptrapd=-"), 100)
		}
	}
}
