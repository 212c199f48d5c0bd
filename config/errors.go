package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Error is one thing that is wrong with a configuration.
type Error struct {
	File string // "" when the values did not come from a file
	Line int    // counted from 1, 0 when the key is not in the file
	Key  string // dotted, for example "chat.grace"; "" for a syntax error
	Text string // what is wrong, and the remedy
}

// Error returns one line: file, line, key and text, as far as they are known.
func (e *Error) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File)
		if e.Line > 0 {
			fmt.Fprintf(&b, ":%d", e.Line)
		}
		b.WriteString(": ")
	}
	if e.Key != "" {
		b.WriteString(e.Key + ": ")
	}
	return b.String() + e.Text
}

// Errors is everything that is wrong with a configuration, one line each.
type Errors []*Error

// Error returns the lines of all errors.
func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the single errors.
func (es Errors) Unwrap() []error {
	out := make([]error, len(es))
	for i, e := range es {
		out[i] = e
	}
	return out
}

// add notes that something is wrong with a key.
func (es *Errors) add(key, format string, args ...any) {
	*es = append(*es, &Error{Key: key, Text: fmt.Sprintf(format, args...)})
}

// at fills in where the keys are and puts the errors into the file's order.
func (es Errors) at(file string, lines map[string]int) Errors {
	for _, e := range es {
		e.File = file
		if e.Line == 0 {
			e.Line = lines[e.Key]
		}
	}
	slices.SortStableFunc(es, func(a, b *Error) int { return cmp.Or(a.Line-b.Line, cmp.Compare(a.Key, b.Key)) })
	return es
}

// orNil returns nil instead of an empty list, which would be an error that
// says nothing.
func (es Errors) orNil() error {
	if len(es) == 0 {
		return nil
	}
	return es
}
