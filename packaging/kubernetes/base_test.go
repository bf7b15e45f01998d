package kubernetes

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// folders are the sets that there are: a router in each pod, or a fleet.
var folders = []string{"base", "fleet"}

// manifests are the objects of a set, decoded strictly: a key that their API does
// not have is an error.
type manifests struct {
	set     appsv1.StatefulSet
	service corev1.Service
	policy  networkingv1.NetworkPolicy
	script  corev1.ConfigMap
	users   corev1.Secret
}

func load(t *testing.T, folder string) *manifests {
	t.Helper()
	all, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), folder)
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, all)
}

func decode(t *testing.T, all resmap.ResMap) *manifests {
	t.Helper()
	m := &manifests{}
	for _, r := range all.Resources() {
		into := map[string]any{
			"apps/v1 StatefulSet": &m.set, "v1 Service": &m.service, "networking.k8s.io/v1 NetworkPolicy": &m.policy,
			"v1 ConfigMap": &m.script, "v1 Secret": &m.users,
		}[r.GetApiVersion()+" "+r.GetKind()]
		if into == nil {
			t.Fatalf("a %s %s is not expected", r.GetApiVersion(), r.GetKind())
		}
		text, err := r.AsYAML()
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.UnmarshalStrict(text, into); err != nil {
			t.Errorf("%s: %v", r.GetKind(), err)
		}
	}
	return m
}

// TestStrict: the decoder refuses what it is there to refuse.
func TestStrict(t *testing.T) {
	var set appsv1.StatefulSet
	if err := yaml.UnmarshalStrict([]byte("spec: {replica: 3}"), &set); err == nil {
		t.Error("a key that there is not is taken")
	}
}

// TestSets: what belongs together has the names and labels of its set, and a pod
// may no more than it needs.
func TestSets(t *testing.T) {
	all := map[string]*manifests{}
	for _, folder := range folders {
		m := load(t, folder)
		all[folder] = m
		t.Run(folder, func(t *testing.T) {
			m.checkNames(t)
			m.checkPod(t)
			m.checkPorts(t)
		})
	}
	// Both may be in one namespace.
	router, fleet := all["base"], all["fleet"]
	if router.set.Name == fleet.set.Name || router.service.Name == fleet.service.Name || router.policy.Name == fleet.policy.Name {
		t.Errorf("both sets are %s", router.set.Name)
	}
	if selector(t, router.set.Spec.Selector).Matches(labels.Set(fleet.set.Spec.Template.Labels)) || selector(t, fleet.set.Spec.Selector).Matches(labels.Set(router.set.Spec.Template.Labels)) {
		t.Error("one set selects the pods of the other")
	}
}

func (m *manifests) checkNames(t *testing.T) {
	t.Helper()
	pod := m.set.Spec.Template
	for what, s := range map[string]labels.Selector{
		"StatefulSet": selector(t, m.set.Spec.Selector), "Service": labels.SelectorFromSet(m.service.Spec.Selector), "NetworkPolicy": selector(t, &m.policy.Spec.PodSelector),
	} {
		if s.Empty() || !s.Matches(labels.Set(pod.Labels)) {
			t.Errorf("%s selects %v, the pods have %v", what, s, pod.Labels)
		}
	}
	if m.set.Spec.ServiceName != m.service.Name || m.service.Spec.ClusterIP != corev1.ClusterIPNone {
		t.Errorf("the set has the service %q, there is %q", m.set.Spec.ServiceName, m.service.Name)
	}
	volumes := map[string]corev1.Volume{}
	for _, v := range pod.Spec.Volumes {
		volumes[v.Name] = v
	}
	for _, mount := range pod.Spec.Containers[0].VolumeMounts {
		if _, ok := volumes[mount.Name]; !ok {
			t.Errorf("no volume %s", mount.Name)
		}
	}
	// Their names change with their content, so that the pods are started anew.
	if got := volumes["script"].ConfigMap.Name; got != m.script.Name || got == "mirrorsh-script" {
		t.Errorf("the script is %s, the map %s", got, m.script.Name)
	}
	if got := volumes["users"].Secret.SecretName; got != m.users.Name || got == "mirrorsh-users" {
		t.Errorf("the users are %s, the secret %s", got, m.users.Name)
	}
}

func (m *manifests) checkPod(t *testing.T) {
	t.Helper()
	pod := m.set.Spec.Template
	c := pod.Spec.Containers[0]
	if !slices.Contains(c.Args, "--identity=$(NAMESPACE)/$(POD)") || !slices.Contains(c.Args, "--ephemeral") && c.Args[0] != "fleet" {
		t.Errorf("the pod is not the identity: %v", c.Args)
	}
	env := map[string]bool{}
	for _, e := range c.Env {
		env[e.Name] = true
	}
	for _, v := range regexp.MustCompile(`\$\((\w+)\)`).FindAllStringSubmatch(strings.Join(c.Args, " "), -1) {
		if !env[v[1]] {
			t.Errorf("an argument has %s, which is not there", v[0])
		}
	}
	if *pod.Spec.SecurityContext.RunAsNonRoot != true || *c.SecurityContext.ReadOnlyRootFilesystem != true || *c.SecurityContext.AllowPrivilegeEscalation ||
		!slices.Equal(c.SecurityContext.Capabilities.Drop, []corev1.Capability{"ALL"}) {
		t.Errorf("the pod may more than it needs: %+v, %+v", pod.Spec.SecurityContext, c.SecurityContext)
	}
	for what, p := range map[string]*corev1.Probe{"startup": c.StartupProbe, "readiness": c.ReadinessProbe, "liveness": c.LivenessProbe} {
		if p == nil || p.Exec == nil || !slices.Equal(p.Exec.Command, []string{"/usr/bin/mirrorsh", "health"}) {
			t.Errorf("%s probe: %+v", what, p)
		}
	}
}

// checkPorts: what a pod listens on, the service leads to and the policy lets in
// are the same.
func (m *manifests) checkPorts(t *testing.T) {
	t.Helper()
	c := m.set.Spec.Template.Spec.Containers[0]
	own, named, let := map[string]bool{}, map[string]bool{}, map[string]bool{}
	byName := map[string]string{}
	for _, p := range c.Ports {
		own[fmt.Sprint(p.Protocol, p.ContainerPort)] = true
		byName[p.Name] = fmt.Sprint(p.Protocol, p.ContainerPort)
	}
	for _, p := range m.service.Spec.Ports {
		named[byName[p.TargetPort.StrVal]] = true
	}
	for _, rule := range m.policy.Spec.Ingress {
		for _, p := range rule.Ports {
			let[fmt.Sprint(*p.Protocol, p.Port.IntVal)] = true
		}
	}
	if !maps.Equal(own, named) || !maps.Equal(own, let) {
		t.Errorf("the pod has %v, the service %v, the policy lets in %v", own, named, let)
	}
	args := strings.Join(c.Args, " ")
	for flag, port := range map[string]string{"--snmp=:1161": "UDP1161", "--radius=": "UDP3799", "--metrics=:9464": "TCP9464"} {
		if strings.Contains(args, flag) != own[port] {
			t.Errorf("the pod has %v, and runs %s", own, args)
		}
	}
	// Prometheus finds the page by the annotations of the pod.
	want := map[string]string{"prometheus.io/scrape": "true", "prometheus.io/port": "9464", "prometheus.io/path": "/metrics"}
	if got := m.set.Spec.Template.Annotations; !own["TCP9464"] || !maps.Equal(got, want) {
		t.Errorf("the pod has %v and the annotations %v, want %v", own, got, want)
	}
}

func selector(t *testing.T, of *metav1.LabelSelector) labels.Selector {
	t.Helper()
	s, err := metav1.LabelSelectorAsSelector(of)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestOverlay: the overlay of README.md sets what it says, of either set.
func TestOverlay(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, overlay, _ := strings.Cut(string(text), "\n```yaml\n")
	overlay, _, _ = strings.Cut(overlay, "```")
	one, _, _ := strings.Cut(strings.ReplaceAll(strings.ReplaceAll(overlay, "../fleet", "../base"), "-fleet", ""), "patches:")
	for what, c := range map[string]struct {
		text string
		env  []corev1.EnvVar
	}{
		"fleet": {overlay, []corev1.EnvVar{{Name: "ROUTERS", Value: "200"}, {Name: "RATE", Value: "2"}}},
		"base":  {one, nil},
	} {
		t.Run(what, func(t *testing.T) {
			dir := t.TempDir()
			for _, folder := range folders {
				if err := os.CopyFS(filepath.Join(dir, folder), os.DirFS(folder)); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Mkdir(filepath.Join(dir, "own"), 0o700); err != nil {
				t.Fatal(err)
			}
			for name, text := range map[string]string{"kustomization.yaml": c.text, "router.scr": "! own\n", "users.scr": "! own\n"} {
				if err := os.WriteFile(filepath.Join(dir, "own", name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			m := load(t, filepath.Join(dir, "own"))
			m.checkNames(t)
			pod := m.set.Spec.Template.Spec.Containers[0]
			if *m.set.Spec.Replicas != 50 || pod.Image != "registry.example/mirrorsh:0.1.0" || m.script.Data["router.scr"] != "! own\n" || string(m.users.Data["users.scr"]) != "! own\n" {
				t.Errorf("%d of %s run %v, %v", *m.set.Spec.Replicas, pod.Image, m.script.Data, m.users.Data)
			}
			for _, e := range c.env {
				if !slices.Contains(pod.Env, e) {
					t.Errorf("no %+v in %+v", e, pod.Env)
				}
			}
		})
	}
}
