package kubernetes

import (
	"bufio"
	"io"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"

	"mirrorsh/packaging/internal/program"
)

// manifests are the objects of the base, decoded strictly: a key that their API
// does not have is an error.
type manifests struct {
	set     appsv1.StatefulSet
	service corev1.Service
	policy  networkingv1.NetworkPolicy
	script  corev1.ConfigMap
	users   corev1.Secret
}

func load(t *testing.T) *manifests {
	t.Helper()
	all, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), "base")
	if err != nil {
		t.Fatal(err)
	}
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

func TestBase(t *testing.T) {
	m := load(t)
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
	c := pod.Spec.Containers[0]
	if !slices.Contains(c.Args, "--identity=$(NAMESPACE)/$(POD)") || !slices.Contains(c.Args, "--ephemeral") {
		t.Errorf("the pod is not the identity: %v", c.Args)
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
	volumes := map[string]corev1.Volume{}
	for _, v := range pod.Spec.Volumes {
		volumes[v.Name] = v
	}
	for _, mount := range c.VolumeMounts {
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
	ports := map[int32]corev1.Protocol{}
	for _, p := range c.Ports {
		ports[p.ContainerPort] = p.Protocol
	}
	for _, rule := range m.policy.Spec.Ingress {
		for _, p := range rule.Ports {
			if ports[p.Port.IntVal] != *p.Protocol {
				t.Errorf("the policy lets %v in, the pod has %v", p.Port, ports)
			}
		}
	}
	at := pod.Annotations["prometheus.io/port"]
	if pod.Annotations["prometheus.io/scrape"] != "true" || !slices.Contains(c.Args, "--metrics=:"+at) || ports[9464] != corev1.ProtocolTCP || at != "9464" {
		t.Errorf("annotations %v, arguments %v", pod.Annotations, c.Args)
	}
}

// TestMetrics: what the annotations lead to is there.
func TestMetrics(t *testing.T) {
	pod := load(t).set.Spec.Template
	bin := program.Build(t, "../..")
	cmd := exec.CommandContext(t.Context(), bin, "serve", "--ephemeral", "--ssh=off", "--snmp=off", "--metrics=127.0.0.1:0")
	said, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	line, err := bufio.NewReader(said).ReadString('\n')
	_, at, ok := strings.Cut(strings.TrimSpace(line), "metrics on ")
	if err != nil || !ok {
		t.Fatalf("%q, %v", line, err)
	}
	answer, err := http.Get("http://" + at + pod.Annotations["prometheus.io/path"])
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if page, err := io.ReadAll(answer.Body); err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(string(page), "mirrorsh_build_info") {
		t.Errorf("%s, %v: %.200s", answer.Status, err, page)
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

// TestScripts: the program takes flags and scripts as a pod gives them.
func TestScripts(t *testing.T) {
	m := load(t)
	bin := program.Build(t, "../..")
	line := strings.NewReplacer("$(NAMESPACE)", "lab", "$(POD)", "mirrorsh-7", "$(ADDRESS)", "127.0.0.1",
		"/etc/mirrorsh/users/", "base/", "/etc/mirrorsh/script/", "base/").Replace(strings.Join(m.set.Spec.Template.Spec.Containers[0].Args, " "))
	program.Run(t, bin, "mirrorsh "+line+" --help")
	flags := strings.NewReplacer("serve ", "", "--snmp=:1161", "--snmp=off", "--metrics=:9464", "--metrics=off").Replace(line)
	if out := program.Run(t, bin, "mirrorsh "+flags); strings.Contains(out, "%") {
		t.Errorf("the scripts print %s", out)
	}
}
