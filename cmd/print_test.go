package cmd

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"frontdesk/admin"
)

// TestPlain is T39 for everything that is printed.
func TestT39_Plain(t *testing.T) {
	for in, want := range map[string]string{
		"plain text\n\tindented\n": "plain text\n\tindented\n",
		"\x1b]0;x\x07":             "]0;x",
		"\x1b[2J\r\x00\x7f":        "[2J",
		"a\u009b2Jb":               "a2Jb",
		"raw \x9b2J":               "raw \ufffd2J",
		"Al\u202eice\u2066":        "Alice",
		"a\u2028b":                 "ab",
		"\u00e9 \u4f60 \U0001f600": "\u00e9 \u4f60 \U0001f600",
	} {
		var out bytes.Buffer
		n, err := plain{&out}.Write([]byte(in))
		if out.String() != want || n != len(in) || err != nil {
			t.Errorf("plain(%q) = %q, %d, %v; want %q", in, out.String(), n, err, want)
		}
	}
}

func TestT39_CellIsOneCleanLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "text")
		got := cell(s)
		if got == "" || strings.ContainsFunc(got, hidden) || cell(got) != got {
			t.Errorf("cell(%q) = %q", s, got)
		}
	})
}

func TestT39_JSONLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringN(0, 50, -1).Filter(utf8.ValidString).Draw(t, "text")
		var out bytes.Buffer
		g := &globals{out: plain{&out}}
		if err := g.printJSON([]string{s}); err != nil {
			t.Fatal(err)
		}
		if shown := strings.ReplaceAll(out.String(), "\n", ""); strings.ContainsFunc(shown, hidden) {
			t.Errorf("%q is printed as %q", s, shown)
		}
		var back []string
		if err := json.Unmarshal(out.Bytes(), &back); err != nil || back[0] != s {
			t.Errorf("%q comes back as %q, %v", s, back, err)
		}
	})
}

// TestPrintOutput has an answer of each form.
func TestPrintOutput(t *testing.T) {
	rows := [][]string{{"1", ""}}
	for want, o := range map[string]admin.Output{
		"":               {},
		"hello\n":        {Value: "hello", Text: "hello"},
		"A  B\n1  -\n":   {Value: 1, Titles: []string{"A", "B"}, Rows: rows, Many: true},
		"A  B\n":         {Value: 1, Titles: []string{"A", "B"}, Many: true},
		"a   1\nbb  -\n": {Value: 1, Titles: []string{"a", "bb"}, Rows: rows},
	} {
		var out bytes.Buffer
		g := &globals{out: &out}
		if err := g.printOutput(o, false); err != nil || out.String() != want {
			t.Errorf("%+v is printed as %q, %v", o, out.String(), err)
		}
	}
}
