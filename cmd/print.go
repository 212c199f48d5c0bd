package cmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode"
)

// plain is a writer to a terminal that passes no control characters: what
// visitors and agents write must not move the admin's cursor or forge a line.
type plain struct{ to io.Writer }

// Write implements [io.Writer]; it reports len(b) whatever was left out.
func (p plain) Write(b []byte) (int, error) {
	keep := bytes.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && hidden(r) {
			return -1
		}
		return r
	}, b)
	if _, err := p.to.Write(keep); err != nil {
		return 0, err
	}
	return len(b), nil
}

// hidden tells whether r does something else than to show itself: control
// characters, line breaks of Unicode, and marks that turn the direction.
func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
}

// cell returns s on one line, "-" for nothing.
func cell(s string) string {
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t', unicode.In(r, unicode.Zl, unicode.Zp):
			return ' '
		case hidden(r):
			return -1
		}
		return r
	}, s))
	if s == "" {
		return "-"
	}
	return s
}

// printTable prints rows under a title; columns are separated by two spaces.
func (g *globals) printTable(title []string, rows [][]string) error {
	w := tabwriter.NewWriter(g.out, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{title}, rows...) {
		cells := make([]string, len(row))
		for i, c := range row {
			cells[i] = cell(c)
		}
		if _, err := fmt.Fprintln(w, strings.Join(cells, "\t")); err != nil {
			return err
		}
	}
	return w.Flush()
}

// printFields prints one row, a line for each of its cells.
func (g *globals) printFields(titles, cells []string) error {
	w := tabwriter.NewWriter(g.out, 0, 0, 2, ' ', 0)
	for i, title := range titles {
		if _, err := fmt.Fprintf(w, "%s\t%s\n", title, cell(cells[i])); err != nil {
			return err
		}
	}
	return w.Flush()
}

// printJSON prints v; characters that hide are escaped (RFC 8259 section 7), so
// nothing is lost.
func (g *globals) printJSON(v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	_, err := io.WriteString(g.out, escapeHidden(b.String()))
	return err
}

func escapeHidden(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r != '\n' && hidden(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
