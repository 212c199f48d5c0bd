package cmd

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdesk/config"
)

// fakeProcess notes what is done with it and sends the next signal itself.
type fakeProcess struct {
	calls   []string
	signals chan os.Signal
	next    []os.Signal
	start   error
	stop    error
}

func (p *fakeProcess) Start(context.Context) error {
	p.calls = append(p.calls, "start")
	for _, s := range p.next {
		p.signals <- s
	}
	return p.start
}

func (p *fakeProcess) Stop(ctx context.Context) error {
	p.calls = append(p.calls, "stop")
	return errors.Join(p.stop, ctx.Err())
}

func (p *fakeProcess) Reload(c config.Config) []string {
	p.calls = append(p.calls, "reload "+c.Log.Level)
	return []string{"xmpp.domain"}
}

// serveWith runs the command on a fake process and returns what it wrote.
func serveWith(t *testing.T, p *fakeProcess, lines string) (string, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "frontdesk.toml")
	text := "[xmpp]\ndomain = \"chat.example.com\"\nsecret = \"s3cret\"\n" + lines
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p.signals = make(chan os.Signal, 4)
	var out bytes.Buffer
	g := &globals{config: path, out: plain{&out}, err: plain{&out}}
	g.newProcess = func(config.Config, *slog.Logger, serveOptions) (process, error) { return p, nil }
	err := runServe(t.Context(), serveOptions{}, g, p.signals)
	return out.String(), err
}

func TestServeUntilSignal(t *testing.T) {
	for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGTERM} {
		p := &fakeProcess{next: []os.Signal{s}}
		out, err := serveWith(t, p, "")
		if diff := cmp.Diff([]string{"start", "stop"}, p.calls); diff != "" || err != nil {
			t.Errorf("%v: %v\n%s", s, err, diff)
		}
		for _, want := range []string{"msg=stopping signal=", "msg=stopped"} {
			if !strings.Contains(out, want) {
				t.Errorf("the log has no %s:\n%s", want, out)
			}
		}
		if strings.Contains(out, "s3cret") {
			t.Error("the log has the secret")
		}
	}
}

func TestServeReloads(t *testing.T) {
	p := &fakeProcess{next: []os.Signal{syscall.SIGHUP, syscall.SIGHUP, syscall.SIGTERM}}
	out, err := serveWith(t, p, "[log]\nlevel = \"warn\"\nformat = \"json\"\n")
	if diff := cmp.Diff([]string{"start", "reload warn", "reload warn", "stop"}, p.calls); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if !strings.Contains(out, `"msg":"this key needs a restart","key":"xmpp.domain"`) {
		t.Errorf("the log does not name the key:\n%s", out)
	}
	if strings.Contains(out, `"level":"INFO"`) {
		t.Errorf("the log is below its level:\n%s", out)
	}
}

func TestServeKeepsAGoodConfiguration(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "frontdesk.toml")
	var out bytes.Buffer
	g := &globals{config: path, err: plain{&out}}
	if err := os.WriteFile(path, []byte("[chat]\ngrace = 3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := &fakeProcess{}
	var level slog.LevelVar
	reload(g, p, newLogger(g, config.Defaults().Log, &level), &level)
	if p.calls != nil || !strings.Contains(out.String(), "chat.grace") {
		t.Errorf("calls %v, log %s", p.calls, out.String())
	}
}

func TestServeFailures(t *testing.T) {
	odd := errors.New("something odd")
	p := &fakeProcess{start: odd}
	if _, err := serveWith(t, p, ""); !errors.Is(err, odd) || len(p.calls) != 1 {
		t.Errorf("start: %v, %v", err, p.calls)
	}
	p = &fakeProcess{stop: odd, next: []os.Signal{syscall.SIGTERM}}
	if _, err := serveWith(t, p, ""); !errors.Is(err, odd) {
		t.Errorf("stop: %v", err)
	}
	var wrong config.Errors
	if _, err := serveWith(t, &fakeProcess{}, "[chat]\ngrace = 3\n"); !errors.As(err, &wrong) {
		t.Errorf("configuration: %v", err)
	}
}

func TestServeTellsSystemd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notify")
	l, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	t.Setenv("NOTIFY_SOCKET", path)
	if _, err := serveWith(t, &fakeProcess{next: []os.Signal{syscall.SIGHUP, syscall.SIGTERM}}, ""); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"READY=1", "RELOADING=1", "READY=1", "STOPPING=1"} {
		b := make([]byte, 100)
		n, err := l.Read(b)
		if got, _, _ := strings.Cut(string(b[:n]), "\n"); got != want || err != nil {
			t.Errorf("systemd was told %q, %v; want %q", got, err, want)
		}
	}
}
