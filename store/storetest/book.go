package storetest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/queue"
	"frontdesk/roster"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// equalsTheBook: after any sequence of batches, good and bad, of tokens,
// retention and restarts, a store holds what the book holds.
func (s suite) equalsTheBook(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := &pair{t: t, database: s.create(t), book: ledger.NewBook(), tokens: map[roster.VisitorJID][]time.Time{}}
		p.book.Returns = func(v roster.VisitorJID) bool { return len(p.tokens[v]) > 0 }
		p.open()
		defer p.close()
		for range rapid.IntRange(1, 8).Draw(rt, "steps") {
			p.step(rt)
			p.compare(rt)
		}
	})
}

// pair is a store and the book that it is held against.
type pair struct {
	t        *testing.T
	database Open
	store    Store
	book     *ledger.Book
	failed   bool                              // a batch failed and nothing was reset
	tokens   map[roster.VisitorJID][]time.Time // when those alive expire, oldest first
	issued   byte
}

func (p *pair) open() {
	store, err := p.database(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	p.store, p.failed = store, false
}

func (p *pair) close() {
	if err := p.store.Close(context.Background()); err != nil {
		p.t.Error(err)
	}
}

func (p *pair) step(rt *rapid.T) {
	switch rapid.IntRange(0, 8).Draw(rt, "step") {
	case 0:
		p.reset(rt)
	case 1:
		p.issue(rt)
	case 2:
		p.revoke(rt)
	case 3:
		p.retain(rt)
	case 4:
		p.close()
		p.open()
	default:
		if p.failed {
			p.reset(rt)
		}
		p.commit(rt)
	}
}

// commit queues some batches at once, so that a store may group them.
func (p *pair) commit(rt *rapid.T) {
	changes := rapid.SliceOfN(rapid.Custom(narrow().change), 1, 6)
	batches := rapid.SliceOfN(changes, 1, 4).Draw(rt, "batches")
	outcomes := make(chan ledger.Committed, len(batches))
	for _, batch := range batches {
		p.store.Commit(batch, func(c ledger.Committed) { outcomes <- c })
	}
	for i, batch := range batches {
		got := <-outcomes
		if p.failed {
			if !errors.Is(got.Err, ledger.ErrFailed) {
				rt.Fatalf("batch %d after a failure: %v", i, got.Err)
			}
			continue
		}
		granted, err := p.book.Commit(batch)
		p.failed = err != nil
		if (got.Err == nil) != (err == nil) || !slices.Equal(got.Granted, granted) {
			rt.Fatalf("batch %d: granted %v, %v; by the book %v, %v", i, got.Granted, got.Err, granted, err)
		}
	}
}

func (p *pair) reset(rt *rapid.T) {
	if err := p.store.Reset(p.t.Context()); err != nil {
		rt.Fatal(err)
	}
	p.failed = false
}

// issue adds a token; none was ever used, so the two newest are alive.
func (p *pair) issue(rt *rapid.T) {
	v, expires := narrow().visitorJID(rt), narrow().instant.Draw(rt, "expires")
	p.issued++
	if err := p.store.IssueToken(p.t.Context(), v, []byte{p.issued}, expires); err != nil {
		rt.Fatal(err)
	}
	alive := append(p.tokens[v], expires)
	p.tokens[v] = alive[max(0, len(alive)-2):]
}

func (p *pair) revoke(rt *rapid.T) {
	v := narrow().visitorJID(rt)
	if err := p.store.RevokeTokens(p.t.Context(), v); err != nil {
		rt.Fatal(err)
	}
	delete(p.tokens, v)
}

func (p *pair) retain(rt *rapid.T) {
	now := Second(rapid.Int64Range(0, 15).Draw(rt, "now"))
	transcripts := time.Duration(rapid.IntRange(0, 9).Draw(rt, "transcripts")) * time.Second
	got, err := p.store.Retain(p.t.Context(), now, transcripts)
	if err != nil {
		rt.Fatal(err)
	}
	for v := range p.tokens {
		p.tokens[v] = slices.DeleteFunc(p.tokens[v], func(expires time.Time) bool { return !expires.After(now) })
	}
	want := 0
	if transcripts > 0 {
		want = p.book.Forget(now.Add(-transcripts))
	}
	if got != want {
		rt.Fatalf("removed %d chats, by the book %d", got, want)
	}
}

// content is everything that can be read of a store.
type content struct {
	Agents      []roster.Agent
	Queues      []queue.Queue
	Contacts    []roster.Contact
	Visitors    []roster.Visitor
	Marks       [3]int64
	Open        []chat.Chat
	Chats       [2][]chat.Chat // open by when they were opened, all
	Last        []chat.Chat    // of each visitor
	Seats       [4]int         // of each agent
	Undelivered []ledger.Entry
	Said        []ledger.Entry
	Transcripts map[chat.ID][]ledger.Entry
}

func (p *pair) compare(rt *rapid.T) {
	rt.Helper()
	if diff := cmp.Diff(p.written(), p.stored(rt), cmpopts.EquateEmpty()); diff != "" {
		rt.Fatalf("by the book (-) and by the store (+):\n%s", diff)
	}
}

func (p *pair) written() content {
	b, visitors := p.book, narrowTexts[roster.VisitorJID]()
	c := content{
		Agents: b.Agents(), Queues: b.Queues(), Contacts: b.Contacts(), Visitors: b.Visitors(visitors),
		Open: b.OpenChats(), Chats: [2][]chat.Chat{b.Chats(false), b.Chats(true)},
		Undelivered: b.Undelivered(), Said: b.Said(), Transcripts: map[chat.ID][]ledger.Entry{},
	}
	c.Marks[0], c.Marks[1], c.Marks[2] = b.Marks()
	for _, v := range visitors {
		if last, found := b.LastChat(v); found {
			c.Last = append(c.Last, last)
		}
	}
	for _, id := range narrowTexts[chat.ID]() {
		c.Transcripts[id] = b.Transcript(id)
	}
	for i, a := range narrowTexts[roster.AgentJID]() {
		c.Seats[i] = b.Seats(a)
	}
	return c
}

func (p *pair) stored(rt *rapid.T) (c content) {
	s, ctx, visitors := p.store, p.t.Context(), narrowTexts[roster.VisitorJID]()
	var errs [10]error
	c.Agents, errs[0] = s.Agents(ctx)
	c.Queues, errs[1] = s.Queues(ctx)
	c.Contacts, errs[2] = s.Contacts(ctx)
	c.Visitors, errs[3] = s.Visitors(ctx, visitors)
	c.Marks[0], c.Marks[1], c.Marks[2], errs[4] = s.Marks(ctx)
	c.Open, errs[5] = s.OpenChats(ctx)
	c.Chats[0], errs[6] = s.Chats(ctx, false)
	c.Chats[1], errs[7] = s.Chats(ctx, true)
	c.Undelivered, errs[8] = s.Undelivered(ctx)
	c.Said, errs[9] = s.Said(ctx)
	err := errors.Join(errs[:]...)
	for _, v := range visitors {
		last, found, e := s.LastChat(ctx, v)
		if err = errors.Join(err, e); found {
			c.Last = append(c.Last, last)
		}
	}
	c.Transcripts = map[chat.ID][]ledger.Entry{}
	for _, id := range narrowTexts[chat.ID]() {
		var e error
		c.Transcripts[id], e = s.Transcript(ctx, id)
		err = errors.Join(err, e)
	}
	for i, a := range narrowTexts[roster.AgentJID]() {
		var e error
		c.Seats[i], e = s.SeatsTaken(ctx, a)
		err = errors.Join(err, e)
	}
	if err != nil {
		rt.Fatal(err)
	}
	return c
}
