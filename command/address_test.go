package command

import (
	"errors"
	"testing"
)

func TestParseAgent(t *testing.T) {
	for in, want := range map[string]string{
		"alice@example.com":       "alice@example.com",
		"Alice@EXAMPLE.com":       "alice@example.com",
		"alice@example.com/phone": "",
		"example.com":             "",
		"alice@":                  "",
		"@example.com":            "",
		"a b@example.com":         "",
		"":                        "",
	} {
		got, err := parseAgent(in)
		if got != want || errors.Is(err, ErrInvalid) != (want == "") {
			t.Errorf("parseAgent(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
}
