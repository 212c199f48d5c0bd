//go:build bench

package bench_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/internal/peers"
)

// TestBenchProfile takes profiles of frontdesk under each load into the
// directory BENCH_PROFILES, for `go tool pprof`.
func TestBenchProfile(t *testing.T) {
	loads := map[string]func(context.Context, profiler, *target, figures) error{
		"parked": func(ctx context.Context, p profiler, x *target, got figures) error {
			return profileParked(ctx, p, x, overBOSH, "bosh", got)
		},
		"sockets": func(ctx context.Context, p profiler, x *target, got figures) error {
			return profileParked(ctx, p, x, overSocket, "ws", got)
		},
		"churn": profileChurn, "echo": profileEcho,
	}
	for name, load := range loads {
		t.Run(name, func(t *testing.T) {
			metrics := peers.FreeAddr(t)
			x := start(t, "frontdesk", map[string]string{"admin.metrics": fmt.Sprintf("%q", metrics)})
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			got := figures{}
			if err := load(ctx, profiler{t, "http://" + metrics, os.Getenv("BENCH_PROFILES")}, x, got); err != nil {
				t.Error(err)
			}
			t.Logf("%v", got)
		})
	}
}

func profileParked(ctx context.Context, p profiler, x *target, how opener, name string, got figures) error {
	p.save("heap-empty-"+name, "heap?gc=1")
	empty := rss(x.pid)
	c := &crowd{target: x, open: how}
	defer c.close()
	ends := p.begin("setup-" + name)
	before := cpu(x.pid)
	if err := c.grow(ctx, number("BENCH_SESSIONS", 5000)); err != nil {
		return err
	}
	got["set-up"] = (cpu(x.pid) - before).Seconds() / float64(len(c.pages)) * 1000
	ends()
	got["parked"] = float64(rss(x.pid)-empty) / float64(len(c.pages)) / 1024
	p.save("heap-parked-"+name, "heap?gc=1")
	p.save("goroutines-"+name, "goroutine")
	return nil
}

func profileChurn(ctx context.Context, p profiler, x *target, got figures) error {
	ends := p.begin("churn")
	defer ends()
	return churned(ctx, x, number("BENCH_CHURN", 1000), got)
}

func profileEcho(ctx context.Context, p profiler, x *target, got figures) error {
	ends := func() {}
	commits, operations := p.count("store_commits"), p.count("store_operations")
	load := steady()
	load.begins = func() { ends = p.begin("echo") }
	if err := echoed(ctx, x, overBOSH, load, got); err != nil {
		return err
	}
	ends()
	texts := p.count("messages_from_visitors")
	got["commits each"] = (p.count("store_commits") - commits) / texts
	got["operations each"] = (p.count("store_operations") - operations) / texts
	p.save("heap-end", "heap?gc=1")
	return nil
}

// steady is the load of the echo: two visitors for every five messages a second,
// so that nobody is too fast for frontdesk.
func steady() echo {
	rate := number("BENCH_RATE", 500)
	return echo{visitors: rate * 2 / 5, rate: rate, lasts: time.Duration(seconds()) * time.Second}
}

// seconds is how long a profile or a load lasts.
func seconds() int { return number("BENCH_SECONDS", 20) }

// profiler asks a running frontdesk for profiles.
type profiler struct {
	t         *testing.T
	from, dir string
}

// begin profiles the CPU for some seconds from now; what it returns waits for
// the end of that.
func (p profiler) begin(name string) (ends func()) {
	p.t.Helper()
	var profile sync.WaitGroup
	profile.Go(func() { p.save("cpu-"+name, fmt.Sprintf("profile?seconds=%d", seconds())) })
	return profile.Wait
}

func (p profiler) save(name, what string) {
	p.t.Helper()
	resp, err := http.Get(p.from + "/debug/pprof/" + what)
	if err != nil {
		p.t.Error(err)
		return
	}
	defer resp.Body.Close()
	file, err := os.Create(filepath.Join(p.dir, name+".pprof"))
	if err != nil {
		p.t.Error(err)
		return
	}
	defer file.Close()
	if _, err := io.Copy(file, resp.Body); err != nil {
		p.t.Error(err)
	}
}

// count reads one of frontdesk's counters.
func (p profiler) count(name string) float64 {
	p.t.Helper()
	resp, err := http.Get(p.from + "/metrics")
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	_, rest, _ := strings.Cut(string(text), "\nfrontdesk_"+name+"_total ")
	value, _, _ := strings.Cut(rest, "\n")
	n, err := strconv.ParseFloat(value, 64)
	if err != nil {
		p.t.Errorf("counter %s: %v", name, err)
	}
	return n
}
