package command

import (
	"fmt"
	"time"
)

// clock returns an instant for people, in UTC as everywhere else.
func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }

// moment is [clock] for an instant that may be missing.
func moment(t *time.Time) string {
	if t == nil {
		return ""
	}
	return clock(*t)
}

// instant is nil for the zero time, and otherwise in UTC.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func count[N int | uint64](n N) string { return fmt.Sprint(n) }

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// orDefault returns v when it was set.
func orDefault(set bool, v string) string {
	if !set {
		return "default"
	}
	return v
}
