package main

import (
	"fmt"
	"strings"
)

// fault is one wrong line and the test that has to notice it.
type fault struct {
	name, file, old, new string
	pkg, test            string
}

// parse reads faults.txt: blocks of `key: value` lines, a blank line between
// blocks, # begins a comment line. old stands exactly once in its file.
func parse(text string) ([]fault, error) {
	var faults []fault
	for block := range strings.SplitSeq(text, "\n\n") {
		f := fault{}
		for line := range strings.SplitSeq(block, "\n") {
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			key, value, _ := strings.Cut(line, ":")
			if err := f.set(key, strings.TrimSpace(value)); err != nil {
				return nil, fmt.Errorf("%q: %w", line, err)
			}
		}
		if f == (fault{}) {
			continue
		}
		if f.name == "" || f.file == "" || f.old == "" || f.test == "" {
			return nil, fmt.Errorf("fault %q lacks its name, file, old or test", f.name)
		}
		faults = append(faults, f)
	}
	return faults, nil
}

func (f *fault) set(key, value string) error {
	switch key {
	case "name":
		f.name = value
	case "file":
		f.file = value
	case "old":
		f.old = value
	case "new":
		f.new = value
	case "test":
		f.pkg, f.test, _ = strings.Cut(value, " ")
	default:
		return fmt.Errorf("unknown key %q", key)
	}
	return nil
}
