//go:build bench

package bench_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"frontdesk/internal/peers"
)

// TestBenchProfile takes profiles of frontdesk under each load into the
// directory BENCH_PROFILES, for `go tool pprof`.
func TestBenchProfile(t *testing.T) {
	dir := os.Getenv("BENCH_PROFILES")
	if dir == "" {
		t.Fatal("BENCH_PROFILES is not set: a directory for the profiles")
	}
	metrics := peers.FreeAddr(t)
	x := start(t, "frontdesk", map[string]string{"admin.metrics": fmt.Sprintf("%q", metrics)})
	p := profiler{t, "http://" + metrics + "/debug/pprof/", dir}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	got := figures{}
	seconds := number("BENCH_SECONDS", 10)

	p.save("heap-empty", "heap?gc=1")
	empty := rss(x.pid)
	c := &crowd{target: x, open: overBOSH}
	ends := p.begin("setup", seconds)
	before := cpu(x.pid)
	if err := c.grow(ctx, number("BENCH_SESSIONS", 5000)); err != nil {
		t.Fatal(err)
	}
	got["set-up"] = (cpu(x.pid) - before).Seconds() / float64(len(c.pages)) * 1000
	ends()
	got["parked"] = float64(rss(x.pid)-empty) / float64(len(c.pages)) / 1024
	p.save("heap-parked", "heap?gc=1")
	p.save("goroutines-parked", "goroutine")
	c.close()
	pause(ctx, settle)

	ends = p.begin("churn", seconds)
	if err := churned(ctx, x, number("BENCH_CHURN", 1000), got); err != nil {
		t.Fatal(err)
	}
	ends()

	load := echo{200, 500, time.Duration(seconds) * time.Second, func() { ends = p.begin("echo", seconds) }}
	if err := echoed(ctx, x, overBOSH, load, got); err != nil {
		t.Fatal(err)
	}
	ends()
	p.save("heap-end", "heap?gc=1")
	t.Logf("%v", got)
}

// profiler asks a running frontdesk for profiles.
type profiler struct {
	t         *testing.T
	from, dir string
}

// begin profiles the CPU for some seconds from now; what it returns waits for
// the end of that.
func (p profiler) begin(name string, seconds int) (ends func()) {
	p.t.Helper()
	var profile sync.WaitGroup
	profile.Go(func() { p.save("cpu-"+name, fmt.Sprintf("profile?seconds=%d", seconds)) })
	return profile.Wait
}

func (p profiler) save(name, what string) {
	p.t.Helper()
	resp, err := http.Get(p.from + what)
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
