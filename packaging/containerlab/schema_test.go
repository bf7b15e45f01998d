package containerlab

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"sigs.k8s.io/yaml"
)

// schema is what containerlab publishes; testdata/README.md says of which version.
func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile("testdata/clab.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// check holds a topology to a schema.
func check(t *testing.T, s *jsonschema.Schema, topology string) error {
	t.Helper()
	text, err := yaml.YAMLToJSONStrict([]byte(topology))
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(v)
}

// TestSchema: the topology is one by containerlab's schema, and the schema refuses
// what is none.
func TestSchema(t *testing.T) {
	text, err := os.ReadFile("mirrorsh.clab.yml")
	if err != nil {
		t.Fatal(err)
	}
	s, lab := schema(t), string(text)
	if err := check(t, s, lab); err != nil {
		t.Error(err)
	}
	for what, c := range map[string][2]string{
		"a key of a node":    {"mgmt-ipv4: 172.20.77.20", "mgmt-ip: 172.20.77.20"},
		"a key of the lab":   {"\ntopology:", "\ntopologies:"},
		"an address":         {"mgmt-ipv4: 172.20.77.20", "mgmt-ipv4: 172.20.77.256"},
		"a kind":             {"kind: linux", "kind: lynux"},
		"a type":             {"- mirrorsh-r1:/var/lib/mirrorsh", "r1: /var/lib/mirrorsh"},
		"a key of a network": {"ipv4-subnet:", "ipv4subnet:"},
	} {
		wrong := strings.Replace(lab, c[0], c[1], 1)
		if wrong == lab {
			t.Fatalf("%s: no %q", what, c[0])
		}
		if err := check(t, s, wrong); !errors.As(err, new(*jsonschema.ValidationError)) {
			t.Errorf("%s: %q is taken: %v", what, c[1], err)
		}
	}
}
