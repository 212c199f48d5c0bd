package c2s

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestIdentitiesLogIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		seen := map[string]bool{}
		for range 3 {
			jid := b.hub.NewVisitor()
			token, expires, err := b.hub.IssueToken(t.Context(), jid)
			if err != nil || len(token) < 43 || seen[token] || seen[string(jid)] || time.Until(expires) != 24*time.Hour {
				t.Fatalf("%s %q until %s: %v", jid, token, expires, err)
			}
			seen[token], seen[string(jid)] = true, true
			p := b.open("websocket")
			p.plain(jid.Local(), token)
			p.bind("")
			if p.bare() != string(jid) {
				t.Errorf("logged in as %s, not %s", p.bare(), jid)
			}
			for key := range b.store.tokens {
				if strings.Contains(key, token) {
					t.Error("the token itself is kept")
				}
			}
		}
	})
}

func TestResumeTokensExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		jid := b.hub.NewVisitor()
		token, _, err := b.hub.IssueToken(t.Context(), jid)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(23 * time.Hour)
		p := b.open("bosh")
		p.plain(jid.Local(), token) // lasts longer by this
		if outcome(p.only()) != "success" {
			t.Error("a token of 23 hours is refused")
		}
		time.Sleep(23 * time.Hour)
		if good, err := b.hub.CheckToken(t.Context(), jid, token); !good || err != nil {
			t.Errorf("its use did not prolong it: %v %v", good, err)
		}
		time.Sleep(25 * time.Hour)
		late := b.open("bosh")
		late.plain(jid.Local(), token)
		if outcome(late.only()) != "not-authorized" {
			t.Error("a token of 25 hours is good")
		}
	})
}
