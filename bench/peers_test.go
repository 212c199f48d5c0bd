//go:build bench

package bench_test

import (
	"context"
	"fmt"
	"os"
	"testing"
)

// phases are what is measured, each on a fresh server.
func phases(sizes []int) []phase {
	load := steady()
	return []phase{
		{"parked", true, func(ctx context.Context, t *target, got figures) error {
			return parked(ctx, t, overBOSH, sizes, got)
		}},
		{"echo", true, func(ctx context.Context, t *target, got figures) error {
			return echoed(ctx, t, overBOSH, load, got)
		}},
		{"churn", true, func(ctx context.Context, t *target, got figures) error {
			return churned(ctx, t, number("BENCH_CHURN", 1000), got)
		}},
		{"ws parked", false, func(ctx context.Context, t *target, got figures) error {
			return prefixed(got, func(own figures) error { return parked(ctx, t, overSocket, sizes, own) })
		}},
		{"ws echo", false, func(ctx context.Context, t *target, got figures) error {
			return prefixed(got, func(own figures) error { return echoed(ctx, t, overSocket, load, own) })
		}},
	}
}

// phase is one measurement; what is not for all is for frontdesk alone.
type phase struct {
	name    string
	forAll  bool
	measure func(context.Context, *target, figures) error
}

// prefixed keeps the figures of WebSockets apart.
func prefixed(got figures, f func(figures) error) error {
	own := figures{}
	err := f(own)
	for name, v := range own {
		got["ws "+name] = v
	}
	return err
}

// TestBenchPeers measures all servers, BENCH_COUNT times in turn, and writes
// the medians to the document BENCH_DOCUMENT.
func TestBenchPeers(t *testing.T) {
	count, names, runs := number("BENCH_COUNT", 5), map[string]string{}, map[string][]figures{}
	for i := range count {
		for _, kind := range kinds() {
			got := figures{}
			for _, p := range phases(sizes()) {
				if kind != "frontdesk" && !p.forAll {
					continue
				}
				t.Run(fmt.Sprintf("%d/%s/%s", i+1, kind, p.name), func(t *testing.T) {
					names[kind] = measure(t, kind, p, got)
				})
			}
			runs[kind] = append(runs[kind], got)
		}
	}
	text := machine(count) + "\n" + table(sizes(), names, runs)
	t.Log("\n" + text)
	if path := os.Getenv("BENCH_DOCUMENT"); path != "" && !t.Failed() {
		if err := record(path, text); err != nil {
			t.Error(err)
		}
	}
}

// measure runs one phase on a fresh server and returns the server's name.
func measure(t *testing.T, kind string, p phase, got figures) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	x := start(t, kind, nil)
	if err := p.measure(ctx, x, got); err != nil {
		t.Errorf("%s of %s: %v", p.name, x.name, err)
	}
	return x.name
}
