//go:build bench

package bench_test

import (
	"debug/buildinfo"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"frontdesk/internal/peers"
)

// entry is a line of the table: what is measured, its name among the figures, and the
// aim of the project.
type entry struct {
	title, figure, aim string
	format             string
}

// entries are the table's lines for these sizes.
func entries(sizes []int) []entry {
	var all []entry
	from := 1
	for i, n := range sizes {
		all = append(all, entry{fmt.Sprintf("CPU s per 1,000 set-ups, sessions %s to %s", thousands(from), thousands(n)), row("set-up", i), "0.20", "%.2f"})
		from = n + 1
	}
	for i, n := range sizes {
		all = append(all, entry{fmt.Sprintf("KB RSS per parked session, %s sessions", thousands(n)), row("parked", i), "6", "%.1f"})
	}
	all = append(all,
		entry{"CPU s per 1,000 round trips", "echo cpu", "0.12", "%.2f"},
		entry{"the same in the Prosody behind it", "echo beside", "", "%.2f"},
		entry{"round trip, median, ms", "echo p50", "", "%.1f"},
		entry{"round trip, 99th percentile, ms", "echo p99", "", "%.1f"},
		entry{"round trip, the slowest, ms", "echo max", "", "%.0f"},
		entry{"CPU s per 1,000 churned sessions", "churn", "0.30", "%.2f"},
		entry{"MB RSS after one churn run", "churn rss first", "", "%.0f"},
		entry{"MB RSS after eight", "churn rss last", "the same", "%.0f"},
	)
	for i, n := range sizes {
		all = append(all, entry{fmt.Sprintf("WebSocket: KB RSS per idle one, %s of them", thousands(n)), row("ws parked", i), "8", "%.1f"})
	}
	return append(all,
		entry{"WebSocket: CPU s per 1,000 set-ups, the first " + thousands(sizes[0]), row("ws set-up", 0), "", "%.2f"},
		entry{"WebSocket: CPU s per 1,000 round trips", "ws echo cpu", "", "%.2f"},
		entry{"WebSocket: round trip, median, ms", "ws echo p50", "", "%.1f"},
		entry{"WebSocket: round trip, 99th percentile, ms", "ws echo p99", "", "%.1f"},
	)
}

// table writes the medians of all runs of each kind as Markdown.
func table(sizes []int, names map[string]string, runs map[string][]figures) string {
	var b strings.Builder
	b.WriteString("| |")
	for _, kind := range kinds() {
		b.WriteString(" " + names[kind] + " |")
	}
	b.WriteString(" aim |\n|---|---:|---:|---:|---:|\n")
	for _, e := range entries(sizes) {
		b.WriteString("| " + e.title + " |")
		for _, kind := range kinds() {
			b.WriteString(" " + cell(e, runs[kind]) + " |")
		}
		b.WriteString(" " + e.aim + " |\n")
	}
	return b.String()
}

// cell is the median of a figure over runs; "" when no run has it.
func cell(e entry, runs []figures) string {
	var values []float64
	for _, run := range runs {
		if v, ok := run[e.figure]; ok {
			values = append(values, v)
		}
	}
	if values == nil {
		return ""
	}
	return fmt.Sprintf(e.format, median(values))
}

// machine says where and when the figures were taken.
func machine(count int) string {
	model := "unknown processor"
	text, _ := os.ReadFile("/proc/cpuinfo")
	if _, rest, found := strings.Cut(string(text), "model name\t: "); found {
		model, _, _ = strings.Cut(rest, "\n")
	}
	kernel, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	version := "of unknown version"
	if built, err := buildinfo.ReadFile(os.Getenv(peers.BinaryVariable)); err == nil {
		version = built.Main.Version
	}
	return fmt.Sprintf("%s, %d cores, Linux %s, %s; frontdesk %s; %s; medians of %d.\n",
		model, runtime.NumCPU(), strings.TrimSpace(string(kernel)), runtime.Version(),
		version, time.Now().UTC().Format(time.DateOnly), count)
}

// Marks around what a run writes.
const (
	tableBegin = "<!-- written by ci/bench-peers.sh -->\n"
	tableEnd   = "<!-- end -->"
)

// record replaces what stands between the marks of a document.
func record(path, text string) error {
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, found := strings.Cut(string(old), tableBegin)
	_, after, ends := strings.Cut(rest, tableEnd)
	if !found || !ends {
		return fmt.Errorf("%s has no place for the table", path)
	}
	return os.WriteFile(path, []byte(before+tableBegin+"\n"+text+"\n"+tableEnd+after), 0o644)
}

func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}
