package kubernetes

import (
	"bufio"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"
)

// runMetrics: what the annotations lead to is there.
func runMetrics(t *testing.T, bin string) {
	t.Helper()
	for folder, c := range map[string]struct {
		args []string
		has  string
	}{
		"base":  {[]string{"serve", "--ephemeral", "--ssh=off", "--snmp=off"}, "mirrorsh_router_info{"},
		"fleet": {[]string{"fleet", "--routers=2"}, "mirrorsh_fleet_routers{state=\"settled\"} 2\n"},
	} {
		t.Run(folder, func(t *testing.T) {
			pod := load(t, folder).set.Spec.Template
			answer, err := http.Get("http://" + listen(t, bin, c.args) + pod.Annotations["prometheus.io/path"])
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			if page, err := io.ReadAll(answer.Body); err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(string(page), c.has) {
				t.Errorf("%s, %v: %.2000s", answer.Status, err, page)
			}
		})
	}
}

// listen runs the program until the end of the test, and returns where its page is.
func listen(t *testing.T, bin string, args []string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), bin, append(args, "--metrics=127.0.0.1:0")...)
	said, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(said).ReadString('\n')
	_, at, ok := strings.Cut(strings.TrimSpace(line), "metrics on ")
	if err != nil || !ok {
		t.Fatalf("%q, %v", line, err)
	}
	return at
}
