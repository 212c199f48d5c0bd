package peers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// BinaryVariable names the environment variable that holds the path of the
// frontdesk binary under test.
const BinaryVariable = "FRONTDESK_BINARY"

// Build compiles frontdesk into dir and returns the binary's path; it is run
// once, by TestMain. With race it carries the race detector.
func Build(dir string, race bool) (string, error) {
	path := filepath.Join(dir, "frontdesk")
	args := []string{"build", "-o", path}
	if race {
		args = append(args, "-race")
	}
	out, err := exec.Command("go", append(args, "frontdesk")...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build frontdesk: %w\n%s", err, out)
	}
	return path, nil
}

// Frontdesk is the program under test, run by its command line only.
type Frontdesk struct {
	HTTPAddr string
	Dir      string // configuration, database, socket and log
	Config   string // path of the configuration file

	t      testing.TB
	binary string
	log    string
	proc   *process
}

// NewFrontdesk configures frontdesk for a component port; it is not started.
// settings are keys and TOML values, such as "chat.grace": `"3s"`.
func NewFrontdesk(t testing.TB, componentAddr string, settings map[string]string) *Frontdesk {
	t.Helper()
	binary := os.Getenv(BinaryVariable)
	if binary == "" {
		t.Fatalf("%s is not set; TestMain builds and sets it", BinaryVariable)
	}
	dir, err := os.MkdirTemp("", "peers-frontdesk-") // short: a socket's path is limited
	if err != nil {
		t.Fatal(err)
	}
	f := &Frontdesk{HTTPAddr: FreeAddr(t), Dir: dir, t: t, binary: binary}
	f.Config, f.log = filepath.Join(dir, "frontdesk.toml"), filepath.Join(dir, "log")
	f.Configure(componentAddr, settings)
	t.Cleanup(func() {
		if f.proc != nil {
			f.proc.kill()
		}
		if t.Failed() {
			t.Logf("frontdesk's log:\n%s", lastLines(f.Log(), 60))
		}
		_ = os.RemoveAll(dir)
	})
	return f
}

// StartFrontdesk starts frontdesk against a server and waits until its link is
// up. Unless settings say otherwise it has no limits, sees at once that a
// visitor's link is lost, and waits long for who is gone.
func StartFrontdesk(t testing.TB, s *Server, settings map[string]string) *Frontdesk {
	t.Helper()
	f := NewFrontdesk(t, s.ComponentAddr, settings)
	f.Start()
	return f
}

// Configure writes the configuration file anew.
func (f *Frontdesk) Configure(componentAddr string, settings map[string]string) {
	f.t.Helper()
	keys := map[string]string{
		"xmpp.server": quote(componentAddr), "xmpp.domain": quote(Domain), "xmpp.secret": quote(Secret),
		"http.listen": quote(f.HTTPAddr), "http.origins": `["*"]`,
		"store.url":    quote("sqlite://" + f.Dir + "/frontdesk.db"),
		"admin.socket": quote(f.Dir + "/admin.sock"),
		"chat.grace":   `"10m"`, "chat.grace_busy": `"10m"`, "chat.offline_after": `"1s"`, "chat.agent_grace": `"10m"`,
		"limits.sessions_per_address": "0", "limits.creations_per_second": "0", "limits.chats_per_address": "0", "log.level": `"debug"`,
	}
	maps.Copy(keys, settings)
	var text strings.Builder
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		fmt.Fprintf(&text, "%s = %s\n", key, keys[key])
	}
	writeFile(f.t, f.Config, text.String())
}

// Start runs `frontdesk serve` and waits until it is ready.
func (f *Frontdesk) Start() {
	f.t.Helper()
	f.Launch()
	Until(f.t, Patience, "frontdesk ready", func() error {
		if f.proc.ended() {
			f.t.Fatalf("frontdesk serve ended: %s", lastLines(f.Log(), 20))
		}
		return f.Ready()
	})
}

// Launch runs `frontdesk serve` and does not wait.
func (f *Frontdesk) Launch() {
	f.t.Helper()
	p, err := startProcess(exec.Command(f.binary, "serve", "--config", f.Config), f.log)
	if err != nil {
		f.t.Fatal(err)
	}
	f.proc = p
}

// Ready returns nil when the link is up and the store can be written.
func (f *Frontdesk) Ready() error {
	resp, err := http.Get(f.URL() + "/readyz")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return errors.New("readyz: " + resp.Status)
	}
	return nil
}

// Stop ends it as an admin would; it returns when it is over.
func (f *Frontdesk) Stop() { f.proc.stop() }

// Kill ends it at once (SIGKILL).
func (f *Frontdesk) Kill() { f.proc.kill() }

// Ended says whether it has ended by itself.
func (f *Frontdesk) Ended() bool { return f.proc.ended() }

// Log returns what it has written.
func (f *Frontdesk) Log() string { return readFile(f.log) }

// URL is where its HTTP is, without a path.
func (f *Frontdesk) URL() string { return "http://" + f.HTTPAddr }

// BOSHURL is its BOSH.
func (f *Frontdesk) BOSHURL() string { return f.URL() + "/http-bind" }

// Visit opens a visitor's session.
func (f *Frontdesk) Visit(t testing.TB) *Visitor {
	t.Helper()
	return Visit(t, f.BOSHURL(), Domain)
}

// Run runs a command and returns what it wrote and its exit code.
func (f *Frontdesk) Run(args ...string) (stdout, stderr string, code int) {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, f.binary, append(args, "--config", f.Config)...)
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0") // else a race build waits a second at each exit
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		f.t.Fatalf("frontdesk %s: %v", strings.Join(args, " "), err)
	}
	return out.String(), problems.String(), cmd.ProcessState.ExitCode()
}

// Do runs a command that must succeed.
func (f *Frontdesk) Do(args ...string) string {
	f.t.Helper()
	out, problems, code := f.Run(args...)
	if code != 0 {
		f.t.Fatalf("frontdesk %s: exit code %d: %s%s", strings.Join(args, " "), code, out, problems)
	}
	return out
}

// JSON runs a listing with --json and decodes what it wrote.
func (f *Frontdesk) JSON(v any, args ...string) {
	f.t.Helper()
	out := f.Do(append(args, "--json")...)
	if err := json.Unmarshal([]byte(out), v); err != nil {
		f.t.Fatalf("frontdesk %s --json: %v in %.300s", strings.Join(args, " "), err, out)
	}
}

func quote(text string) string { return fmt.Sprintf("%q", text) }

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
