//go:build bench

package bench_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"frontdesk/internal/peers"
)

// returnWithin is how soon the first words of a visitor who is back are there.
const returnWithin = 10 * time.Second

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

// visit opens a stream of a visitor, who says something, and returns what the
// visitor receives.
func (f *floor) visit(t *testing.T, over, addr string, token peers.Token, text string) *peers.Inbox {
	t.Helper()
	const support = "support@" + peers.Domain
	if over == "BOSH" {
		v := peers.Return(t, f.address(over, addr), peers.Domain, token)
		v.Available()
		v.Say(support, text)
		return v.Inbox
	}
	v := peers.ReturnBySocket(t, f.address(over, addr), peers.Domain, token)
	if err := v.Available(t.Context()); err != nil {
		t.Error(err)
	}
	if err := v.Say(t.Context(), support, text); err != nil {
		t.Error(err)
	}
	return v.Inbox
}

// comeBack lets visitors whose network was cut return within the grace: they
// are shown as available again, and it is the chat they had.
func (f *floor) comeBack(t *testing.T, over string, tokens []peers.Token) {
	t.Helper()
	before := f.chats()
	for _, token := range tokens {
		inbox := f.visit(t, over, f.desk.HTTPAddr, token, "back "+token.JID)
		f.alice.Expect(t, soon, "back over "+over, peers.Showing(token.JID, "available"))
		if err := f.hears(t.Context(), "back "+token.JID); err != nil {
			t.Errorf("words after the return: %v; the visitor has received %v", err, inbox.All(anything))
		}
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

// hears waits until the agent has been told something.
func (f *floor) hears(ctx context.Context, text string) error {
	ctx, cancel := context.WithTimeout(ctx, returnWithin)
	defer cancel()
	_, err := f.alice.Next(ctx, peers.Saying(text))
	return err
}

func anything(peers.Stanza) bool { return true }

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
