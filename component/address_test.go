package component

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSplit(t *testing.T) {
	for in, want := range map[string]address{
		"":                    {},
		"localhost":           {"", "localhost", ""},
		"LocalHost/x":         {"", "localhost", "x"},
		"alice@localhost":     {"alice", "localhost", ""},
		"alice@localhost/a":   {"alice", "localhost", "a"},
		"alice@localhost/a@b": {"alice", "localhost", "a@b"},
		"localhost/a@b":       {"", "localhost", "a@b"},
		"Alice@localhost/a/b": {"Alice", "localhost", "a/b"},
		"\u2665@B\u00dcRO.de": {"\u2665", "b\u00dcro.de", ""},
	} {
		if got := split(in); got != want {
			t.Errorf("%q is %+v, want %+v", in, got, want)
		}
	}
}

// Whatever is sendable survives being cut and put together again, and holds
// nothing that ends a start tag.
func TestSendable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-zA-Z@/.<&"\x00 ]{1,12}`)).Draw(t, "address")
		if !sendable(s) {
			return
		}
		a := split(s)
		if !strings.EqualFold(full(a.bare(), a.resource), s) {
			t.Errorf("%q becomes %q", s, full(a.bare(), a.resource))
		}
		if strings.ContainsAny(a.bare(), "<>&\"' \x00\n") || strings.ContainsAny(a.resource, "\x00\n") {
			t.Errorf("%q is sendable", s)
		}
	})
}
