package storetest

import (
	"strings"
	"testing"

	"frontdesk/roster"
)

// tokensTwoAlive plays issues and logins; each play names the tokens that are
// valid after it. As a login is a step itself, each token is tried by a visitor
// of its own.
func (s suite) tokensTwoAlive(t *testing.T) {
	for name, c := range map[string]struct{ steps, valid string }{
		"one":                            {"+a", "a"},
		"old one stays valid":            {"+a !a +b", "ab"},
		"until a login with the new one": {"+a !a +b !b", "b"},
		"a login with the old one changes nothing": {"+a !a +b !a", "ab"},
		"the one in use stays":                     {"+a !a +b +c", "ac"},
		"and stays":                                {"+a !a +b +c +d !a", "ad"},
		"two unused":                               {"+a +b", "ab"},
		"of unused ones the newest stays":          {"+a +b +c", "bc"},
		"an older unused one is in use now":        {"+a +b !a +c", "ac"},
	} {
		t.Run(name, func(t *testing.T) {
			store := s.open(t)
			for _, token := range []string{"a", "b", "c", "d"} {
				v := roster.VisitorJID(token + "@x")
				playTokens(t, store, v, c.steps)
				got, err := store.UseToken(t.Context(), v, []byte(token), Second(1), Second(100))
				if want := strings.Contains(c.valid, token); err != nil || got != want {
					t.Errorf("token %s: %v, want %v, %v", token, got, want, err)
				}
			}
		})
	}
}

// playTokens issues ("+a") tokens and logs in with them ("!a"), which must
// succeed.
func playTokens(t *testing.T, store Store, v roster.VisitorJID, steps string) {
	t.Helper()
	for step := range strings.FieldsSeq(steps) {
		token := []byte(step[1:])
		if step[0] == '+' {
			if err := store.IssueToken(t.Context(), v, token, Second(100)); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if ok, err := store.UseToken(t.Context(), v, token, Second(1), Second(100)); err != nil || !ok {
			t.Fatal(step, ok, err)
		}
	}
}

func (s suite) tokenExpiry(t *testing.T) {
	store := s.open(t)
	use := func(v roster.VisitorJID, hash string, now, next int64) bool {
		t.Helper()
		ok, err := store.UseToken(t.Context(), v, []byte(hash), Second(now), Second(next))
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	if err := store.IssueToken(t.Context(), "v@x", []byte("a"), Second(10)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name      string
		v         roster.VisitorJID
		hash      string
		now, next int64
		want      bool
	}{
		{"another visitor", "w@x", "a", 1, 99, false},
		{"another hash", "v@x", "b", 1, 99, false},
		{"no hash", "v@x", "", 1, 99, false},
		{"in time", "v@x", "a", 9, 20, true},
		{"its expiry has moved", "v@x", "a", 19, 30, true},
		{"too late", "v@x", "a", 30, 99, false},
		{"still too late", "v@x", "a", 31, 99, false},
	} {
		if got := use(c.v, c.hash, c.now, c.next); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if err := store.IssueToken(t.Context(), "v@x", []byte("b"), Second(99)); err != nil {
		t.Fatal(err)
	}
	if err := store.RevokeTokens(t.Context(), "v@x"); err != nil {
		t.Fatal(err)
	}
	if use("v@x", "b", 40, 99) {
		t.Error("a revoked token was taken")
	}
}
