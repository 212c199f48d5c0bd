package sqlite

import (
	"testing"

	"frontdesk/roster"
)

// TestTokensTwoAlive plays issues and logins; each step names a token, and the
// tokens that are valid after it.
func TestTokensTwoAlive(t *testing.T) {
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
			s := open(t, Options{})
			play(t, s, c.steps)
			for _, token := range []string{"a", "b", "c", "d"} {
				n, err := s.count(t.Context(), "SELECT count(*) FROM tokens WHERE visitor = 'v@x' AND hash = $1", []byte(token))
				if want := contains(c.valid, token); err != nil || n != want {
					t.Errorf("token %s: %d, want %d, %v", token, n, want, err)
				}
			}
		})
	}
}

func contains(all, one string) int64 {
	for _, r := range all {
		if string(r) == one {
			return 1
		}
	}
	return 0
}

// play issues ("+a") tokens and logs in with them ("!a"), which must succeed.
func play(t *testing.T, s *Store, steps string) {
	t.Helper()
	for i := 0; i < len(steps); i += 3 {
		token := []byte(steps[i+1 : i+2])
		if steps[i] == '+' {
			if err := s.IssueToken(t.Context(), "v@x", token, instantOf(100)); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if ok, err := s.UseToken(t.Context(), "v@x", token, instantOf(1), instantOf(100)); err != nil || !ok {
			t.Fatal(steps[i:], ok, err)
		}
	}
}

func TestTokenExpiry(t *testing.T) {
	s := open(t, Options{})
	use := func(v roster.VisitorJID, hash string, now, next int64) bool {
		t.Helper()
		ok, err := s.UseToken(t.Context(), v, []byte(hash), instantOf(now), instantOf(next))
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	if err := s.IssueToken(t.Context(), "v@x", []byte("a"), instantOf(10)); err != nil {
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
	if err := s.IssueToken(t.Context(), "v@x", []byte("b"), instantOf(99)); err != nil {
		t.Fatal(err)
	}
	if err := s.RevokeTokens(t.Context(), "v@x"); err != nil {
		t.Fatal(err)
	}
	if use("v@x", "b", 40, 99) {
		t.Error("a revoked token was taken")
	}
}
