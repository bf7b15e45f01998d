package kubernetes

import (
	"bufio"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"mirrorsh/packaging/internal/program"
)

// TestMetrics: what the annotations lead to is there.
func TestMetrics(t *testing.T) {
	pod := load(t, "base").set.Spec.Template
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
