package containerlab

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"mirrorsh/packaging/internal/program"
)

// topology is what the lab has: a key that is not here is refused.
type topology struct {
	Name string `json:"name"`
	Mgmt struct {
		Network string `json:"network"`
		Subnet  string `json:"ipv4-subnet"`
	} `json:"mgmt"`
	Topology struct {
		Kinds  map[string]node `json:"kinds"`
		Groups map[string]node `json:"groups"`
		Nodes  map[string]node `json:"nodes"`
	} `json:"topology"`
}

type node struct {
	Kind    string   `json:"kind"`
	Group   string   `json:"group"`
	Image   string   `json:"image"`
	Cmd     string   `json:"cmd"`
	Binds   []string `json:"binds"`
	Volumes []string `json:"volumes"`
	Mgmt    string   `json:"mgmt-ipv4"`
}

func load(t *testing.T) topology {
	t.Helper()
	text, err := os.ReadFile("mirrorsh.clab.yml")
	if err != nil {
		t.Fatal(err)
	}
	var lab topology
	if err := yaml.UnmarshalStrict(text, &lab); err != nil {
		t.Fatal(err)
	}
	return lab
}

func TestTopology(t *testing.T) {
	lab := load(t)
	bin := program.Build(t, "../..")
	subnet := netip.MustParsePrefix(lab.Mgmt.Subnet)
	addresses, volumes, routers := map[string]string{}, map[string]string{}, 0
	for name, n := range lab.Topology.Nodes {
		if n.Kind != "linux" {
			t.Errorf("%s is of kind %q", name, n.Kind)
		}
		if a, err := netip.ParseAddr(n.Mgmt); err != nil || !subnet.Contains(a) || addresses[n.Mgmt] != "" {
			t.Errorf("%s has the address %q, as %q has", name, n.Mgmt, addresses[n.Mgmt])
		}
		addresses[n.Mgmt] = name
		for _, v := range n.Volumes {
			if volumes[v] != "" {
				t.Errorf("%s and %s share %s", name, volumes[v], v)
			}
			volumes[v] = name
		}
		for _, b := range lab.Topology.Groups[n.Group].Binds {
			if from, _, _ := strings.Cut(b, ":"); !exists(from) {
				t.Errorf("%s: no file %s", name, from)
			}
		}
		if n.Image == "" { // the program refuses flags that it does not know
			program.Run(t, bin, "mirrorsh "+n.Cmd+" --help")
		}
		if n.Group == "routers" {
			routers++
			if !strings.Contains(n.Cmd, "--identity "+name+" ") || len(n.Volumes) != 1 {
				t.Errorf("%s has the identity or the state of another: %s, %v", name, n.Cmd, n.Volumes)
			}
		}
	}
	if routers != 3 || addresses["172.20.77.20"] != "receiver" || addresses["172.20.77.30"] != "analyzer" {
		t.Errorf("%d routers, addresses %v", routers, addresses)
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// TestScriptAgain: a router that has kept what the script says takes it again.
func TestScriptAgain(t *testing.T) {
	bin, state := program.Build(t, "../.."), filepath.Join(t.TempDir(), "state")
	for range 2 {
		program.Run(t, bin, "mirrorsh --state "+state+" --level 15 --quiet router.scr")
	}
}
