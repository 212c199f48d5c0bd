package peers

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Inbox is what a peer has received. All methods may be called at any time by
// anybody.
type Inbox struct {
	name string

	mu    sync.Mutex
	all   []Stanza
	taken []bool
	more  chan struct{} // closed and replaced when something comes
}

func newInbox(name string) *Inbox { return &Inbox{name: name, more: make(chan struct{})} }

func (b *Inbox) put(s Stanza) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all, b.taken = append(b.all, s), append(b.taken, false)
	close(b.more)
	b.more = make(chan struct{})
}

// take returns the first stanza that matches and was not returned before, and
// a channel that is closed when more comes.
func (b *Inbox) take(match func(Stanza) bool) (Stanza, bool, <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, s := range b.all {
		if !b.taken[i] && match(s) {
			b.taken[i] = true
			return s, true, b.more
		}
	}
	return Stanza{}, false, b.more
}

// Next waits for the first stanza that matches and that Next did not return
// before.
func (b *Inbox) Next(ctx context.Context, match func(Stanza) bool) (Stanza, error) {
	for {
		s, ok, more := b.take(match)
		if ok {
			return s, nil
		}
		select {
		case <-more:
		case <-ctx.Done():
			return Stanza{}, fmt.Errorf("%s: %w; it has received:\n%s", b.name, ctx.Err(), b.tail(25))
		}
	}
}

// Expect is Next with a deadline from now, for tests; it fails the test with
// what and the latest stanzas.
func (b *Inbox) Expect(t testing.TB, within time.Duration, what string, match func(Stanza) bool) Stanza {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	s, err := b.Next(ctx, match)
	if err != nil {
		t.Fatalf("%s: not within %v: %v", what, within, err)
	}
	return s
}

// All returns everything received so far that matches, in order, whether Next
// has returned it or not.
func (b *Inbox) All(match func(Stanza) bool) []Stanza {
	b.mu.Lock()
	defer b.mu.Unlock()
	var found []Stanza
	for _, s := range b.all {
		if match(s) {
			found = append(found, s)
		}
	}
	return found
}

// Bodies returns the texts of all messages whose bare sender is from, in order.
func (b *Inbox) Bodies(from string) []string {
	var bodies []string
	for _, s := range b.All(Message) {
		if s.FromBare() == from && s.Body() != "" && s.Attr("type") != "error" {
			bodies = append(bodies, s.Body())
		}
	}
	return bodies
}

// Latest returns the last presence from a bare or full address as one word
// (see [Stanza.Show]), "" when none has come.
func (b *Inbox) Latest(from string) string {
	found := b.All(func(s Stanza) bool {
		return s.Kind == "presence" && (s.From() == from || s.FromBare() == from)
	})
	if len(found) == 0 {
		return ""
	}
	return found[len(found)-1].Show()
}

// Forget drops everything received so far.
func (b *Inbox) Forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all, b.taken = nil, nil
}

func (b *Inbox) tail(n int) string {
	b.mu.Lock()
	last := slices.Clone(b.all[max(0, len(b.all)-n):])
	b.mu.Unlock()
	var text strings.Builder
	for _, s := range last {
		text.WriteString("  " + s.String() + "\n")
	}
	return text.String()
}

// Message matches every message.
func Message(s Stanza) bool { return s.Kind == "message" }

// Saying matches a message with exactly this text.
func Saying(body string) func(Stanza) bool {
	return func(s Stanza) bool { return Message(s) && s.Body() == body && s.Attr("type") != "error" }
}

// Showing matches a presence from a bare or full address with this show (see
// [Stanza.Show]).
func Showing(from, show string) func(Stanza) bool {
	return func(s Stanza) bool {
		return s.Kind == "presence" && (s.From() == from || s.FromBare() == from) && s.Show() == show
	}
}

// Refusing matches the error that answers the stanza with this id; condition
// "" means any.
func Refusing(id, condition string) func(Stanza) bool {
	return func(s Stanza) bool {
		return s.Attr("type") == "error" && s.Attr("id") == id && (condition == "" || s.Condition() == condition)
	}
}

// Answering matches an iq result or error with this id.
func Answering(id string) func(Stanza) bool {
	return func(s Stanza) bool { return s.Kind == "iq" && s.Attr("id") == id }
}
