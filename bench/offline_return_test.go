//go:build bench

package bench_test

import (
	"slices"
	"testing"

	"frontdesk/internal/peers"
)

// connect lets visitors with tokens arrive over the network behind addr.
func (f *floor) connect(t *testing.T, l leaving, addr string, count int) (*group, []peers.Token) {
	t.Helper()
	g := &group{leaving: l}
	var tokens []peers.Token
	for range count {
		token, err := peers.NewToken(t.Context(), f.desk.URL())
		if err != nil {
			t.Fatal(err)
		}
		f.visit(t, l.over, addr, token, "hello from "+token.JID)
		f.meet(t, token.JID)
		g.who, tokens = append(g.who, token.JID), append(tokens, token)
	}
	return g, tokens
}

// visit opens a stream of a visitor, who says something.
func (f *floor) visit(t *testing.T, over, addr string, token peers.Token, text string) {
	t.Helper()
	const support = "support@" + peers.Domain
	if over == "BOSH" {
		v := peers.Return(t, f.address(over, addr), peers.Domain, token)
		v.Available()
		v.Say(support, text)
		return
	}
	v := peers.ReturnBySocket(t, f.address(over, addr), peers.Domain, token)
	if err := v.Available(t.Context()); err != nil {
		t.Error(err)
	}
	if err := v.Say(t.Context(), support, text); err != nil {
		t.Error(err)
	}
}

// comeBack lets visitors whose network was cut return within the grace: they
// are shown as available again, and it is the chat they had.
func (f *floor) comeBack(t *testing.T, over string, tokens []peers.Token) {
	t.Helper()
	before := f.chats()
	for _, token := range tokens {
		f.visit(t, over, f.desk.HTTPAddr, token, "back "+token.JID)
		f.alice.Expect(t, soon, "back over "+over, peers.Showing(token.JID, "available"))
		f.alice.Expect(t, soon, "words after the return", peers.Saying("back "+token.JID))
	}
	after := f.chats()
	for _, token := range tokens {
		was, is := before[token.JID], after[token.JID]
		if len(was) != 1 || was[0].State != "away" {
			t.Errorf("%s over %s had the chats %+v", token.JID, over, was)
			continue
		}
		was[0].State = "active"
		if !slices.Equal(is, was) || is[0].Agent != f.alice.JID {
			t.Errorf("%s came back over %s to the chats %+v, had %+v", token.JID, over, is, was)
		}
	}
}

// chatRow is a line of `chat list`.
type chatRow struct{ ID, Visitor, Agent, State string }

// chats are all chats, closed ones too, by their visitors.
func (f *floor) chats() map[string][]chatRow {
	var rows []chatRow
	f.desk.JSON(&rows, "chat", "list", "--all")
	byVisitor := map[string][]chatRow{}
	for _, row := range rows {
		byVisitor[row.Visitor] = append(byVisitor[row.Visitor], row)
	}
	return byVisitor
}
