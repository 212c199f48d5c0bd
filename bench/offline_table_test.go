//go:build bench

package bench_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// Aims, beyond offline_after. The slow one leaves room for the default of that
// setting in the 45 s that are promised.
const (
	quick = 100 * time.Millisecond
	slow  = 43 * time.Second
)

// leaving is one way to go over one transport, and how long it took the agent
// to be told, beyond offline_after.
type leaving struct {
	way, over string
	aim       time.Duration

	took   []time.Duration
	missed int // not seen at all
}

func (l *leaving) add(d time.Duration) {
	if d >= longest {
		l.missed++
	}
	l.took = append(l.took, d)
	slices.Sort(l.took)
}

// offlineTable writes the ways as Markdown.
func offlineTable(rows []leaving) string {
	var b strings.Builder
	b.WriteString("| how the visitor goes | over | median | largest | aim for the median |\n|---|---|---:|---:|---:|\n")
	slices.SortStableFunc(rows, func(a, b leaving) int { return int(a.aim - b.aim) })
	for _, l := range rows {
		if len(l.took) == 0 {
			continue
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", l.way, l.over,
			l.show(l.took[len(l.took)/2]), l.show(l.took[len(l.took)-1]), l.show(l.aim))
	}
	return b.String()
}

// show writes a time with three digits or so; what was given up says that.
func (l *leaving) show(d time.Duration) string {
	switch {
	case d >= longest:
		return fmt.Sprintf("never (%d of %d)", l.missed, len(l.took))
	case d >= time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	default:
		return fmt.Sprintf("%.0f ms", float64(d)/float64(time.Millisecond))
	}
}

// Marks around what a run writes.
const (
	offlineBegin = "<!-- written by ci/bench-offline.sh -->\n"
	offlineEnd   = "<!-- end -->"
)

// recordOffline replaces what stands between the marks of a document.
func recordOffline(path, text string) error {
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, found := strings.Cut(string(old), offlineBegin)
	_, after, ends := strings.Cut(rest, offlineEnd)
	if !found || !ends {
		return fmt.Errorf("%s has no place for the table", path)
	}
	return os.WriteFile(path, []byte(before+offlineBegin+"\n"+text+"\n"+offlineEnd+after), 0o644)
}
