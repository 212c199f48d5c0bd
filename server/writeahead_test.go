package server

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"frontdesk/admin"
	"frontdesk/chat"
	"frontdesk/command"
	"frontdesk/internal/peers"
	"frontdesk/internal/xmpptest"
)

// held is a stage with a chat in which everybody has said something that is
// not on disk, because the store's commit is held.
type held struct {
	*stage
	*commitGate

	alice                        *agent
	visitor, newcomer, bystander *peers.Visitor
	first, second, hello         string // ids of what was said
}

func holdEverything(t *testing.T) *held {
	t.Helper()
	h := &held{commitGate: &commitGate{}}
	h.stage = play(t, gated(h.commitGate))
	t.Cleanup(func() { h.open(nil) }) // before the stage stops
	h.alice = h.hire("alice", 3)
	h.visitor, h.newcomer, h.bystander = h.alice.talks("before"), h.visit(), h.visit()
	h.roundTrips(h.bystander)
	h.quiet()
	before := h.server.desk.Stats()

	h.hold()
	h.first, h.second = h.visitor.NewID(), h.visitor.NewID()
	h.visitor.Send(says(h.first, "<body>one</body>") +
		says("", "<composing xmlns='http://jabber.org/protocol/chatstates'/>") + says(h.second, "<body>two</body>"))
	h.until("it is at the desk", func() error {
		return unless(h.server.desk.Stats().FromVisitor == before.FromVisitor+2, "not yet")
	})
	h.until("its commit is held", func() error { return unless(h.entered(), "no commit has come") })
	h.hello = h.newcomer.Say(support, "hello")
	h.visitor.Send(ping("next")) // would take the place of the request before it
	h.newcomer.Send(ping("next"))
	h.alice.says(h.visitor.Bare(), "a1", "answer")
	h.until("all is at the desk", func() error {
		now := h.server.desk.Stats()
		return unless(now.FromVisitor == before.FromVisitor+3 && now.FromAgent == before.FromAgent+1, "%+v", now)
	})
	h.roundTrips(h.bystander)
	return h
}

// says is a visitor's message to the queue.
func says(id, inside string) string {
	return "<message xmlns='jabber:client' to='" + support + "' type='chat' id='" + id + "'>" + inside + "</message>"
}

// told says what anybody was told of it.
func (h *held) told() []string {
	var told []string
	for _, stanza := range h.link.Received() {
		if stanza.Has("one</body>") || stanza.Has("two</body>") || stanza.Has("hello</body>") || stanza.Has("composing") ||
			stanza.Has(h.newcomer.Bare()) || stanza.Has("urn:xmpp:receipts", "received") {
			told = append(told, "the link: "+string(stanza))
		}
	}
	for _, v := range []*peers.Visitor{h.visitor, h.newcomer} {
		for _, payload := range v.Answered() {
			if strings.Contains(payload, "one<") || strings.Contains(payload, "two<") || strings.Contains(payload, "hello<") ||
				strings.Contains(payload, "composing") {
				told = append(told, "answered: "+payload)
			}
		}
		for _, s := range v.All(peers.Message) {
			if s.Body() == "answer" || s.Attr("type") == "error" || s.FromBare() == support && v == h.newcomer {
				told = append(told, fmt.Sprint("visitor: ", s))
			}
		}
	}
	return told
}

// While a commit is held nobody is told of anything; then all, in order.
func TestWriteAhead(t *testing.T) {
	h := holdEverything(t)
	if told := h.told(); len(told) > 0 {
		t.Fatalf("told before it was on disk: %q", told)
	}
	h.open(nil)
	h.alice.expect("<body>one</body>", h.visitor.Bare())
	h.alice.expect("<composing ", h.visitor.Bare())
	h.alice.expect("<body>two</body>", h.visitor.Bare())
	h.visitor.Expect(t, soon, "answer", peers.Saying("answer"))
	shown, said := h.arrives("<presence", h.newcomer.Bare()), h.arrives("<body>hello</body>", h.newcomer.Bare())
	if shown > said {
		t.Errorf("the newcomer's words came before the presence: %q", h.link.Received())
	}
	h.arrives("<received ", `id="a1"`)
	h.until("requests answered", func() error {
		all := strings.Join(h.visitor.Answered(), "")
		return unless(strings.Contains(all, "one<") && strings.Contains(all, "two<"), "answered %q", all)
	})
	h.sameAsStore("before", "one", "two", "answer")
}

// arrives waits for a stanza on the link and returns its place.
func (h *held) arrives(parts ...string) int {
	h.Helper()
	place := -1
	h.until(strings.Join(parts, " "), func() error {
		all := h.link.Received()
		place = slices.IndexFunc(all, func(s xmpptest.Stanza) bool { return s.Has(parts...) })
		return unless(place >= 0, "not among %q", all)
	})
	return place
}

// A commit that fails is told to those whose words were in it, and to nobody
// else; what is in memory is what is on disk.
func TestWriteAheadFails(t *testing.T) {
	h := holdEverything(t)
	h.open(errors.New("the disk is full"))
	for id, v := range map[string]*peers.Visitor{h.first: h.visitor, h.second: h.visitor, h.hello: h.newcomer} {
		v.Expect(t, soon, "refusal of "+id, peers.Refusing(id, "resource-constraint"))
	}
	h.alice.expect(`type="error"`, `id="a1"`, "<resource-constraint ")
	h.roundTrips(h.bystander)
	for _, told := range h.told() {
		if !strings.HasPrefix(told, "answered: ") && !strings.Contains(told, "resource-constraint") {
			t.Errorf("told of what is not on disk: %s", told)
		}
	}
	h.sameAsStore("before")
	if chats, err := admin.Ask[[]command.Chat](t.Context(), h.admin(), "chat list", command.Input{"all": true}); err != nil || len(chats) != 1 {
		t.Errorf("chats %+v, %v, want the one", chats, err)
	}

	// The desk goes on, as if nothing had been said.
	h.visitor.Say(support, "again")
	h.alice.expect("<body>again</body>", h.visitor.Bare())
	h.newcomer.Say(support, "hello again")
	h.alice.expect("<body>hello again</body>", h.newcomer.Bare())
	h.quiet()
	h.sameAsStore("before", "again")
}

// sameAsStore compares the desk's memory with the store, and the transcript
// of the visitor's chat with these texts.
func (h *held) sameAsStore(texts ...string) {
	h.Helper()
	memory, err := h.server.desk.Chats(h.Context(), false)
	if err != nil {
		h.Fatal(err)
	}
	disk, err := h.server.store.Chats(h.Context(), false)
	if err != nil {
		h.Fatal(err)
	}
	if a, b := rows(memory), rows(disk); !slices.Equal(a, b) {
		h.Errorf("in memory %q\non disk   %q", a, b)
	}
	seats := 0
	for _, c := range disk {
		if c.HoldsSeat() {
			seats++
		}
		if string(c.Visitor) == h.visitor.Bare() {
			h.transcript(c.ID, texts)
		}
	}
	agents, err := h.agents()
	if err != nil || len(agents) != 1 || agents[0].Chats != seats {
		h.Errorf("agents %+v, %v; %d seats on disk", agents, err, seats)
	}
}

func (h *held) transcript(id chat.ID, texts []string) {
	h.Helper()
	entries, err := h.server.store.Transcript(h.Context(), id)
	var got []string
	for _, e := range entries {
		got = append(got, e.Text)
	}
	if err != nil || !slices.Equal(got, texts) {
		h.Errorf("transcript %q, %v, want %q", got, err, texts)
	}
}

// rows are chats as both sides have to know them.
func rows(chats []chat.Chat) []string {
	slices.SortFunc(chats, func(a, b chat.Chat) int { return cmp.Compare(a.Place, b.Place) })
	var out []string
	for _, c := range chats {
		next := int64(0)
		if at := c.Deadlines.Next(); !at.IsZero() {
			next = at.UnixNano()
		}
		out = append(out, fmt.Sprint(c.ID, c.Visitor, c.Queue, c.State, c.Agent, c.Place, c.Answered, c.Opened.UnixNano(), next))
	}
	return out
}

// The receipt an agent gets waits for the commit of what it says.
func TestWriteAheadReceipt(t *testing.T) {
	g := &commitGate{}
	s := play(t, gated(g))
	t.Cleanup(func() { g.open(nil) })
	alice := s.hire("alice", 1)
	v, page := s.visitBy()
	bystander := s.visit()
	v.Say(support, "hello")
	alice.expect("<body>hello</body>")
	s.roundTrips(bystander)

	page.shut() // the page is slow to ask again
	alice.says(v.Bare(), "a1", "answer")
	v.Expect(t, soon, "answer", peers.Saying("answer"))
	s.quiet()
	g.hold()
	page.reopen()
	s.until("the confirmation's commit is held", func() error { return unless(g.entered(), "no commit has come") })
	s.roundTrips(bystander)
	for _, stanza := range s.link.Received() {
		if stanza.Has("<received ") {
			t.Errorf("a receipt before the commit: %s", stanza)
		}
	}
	g.open(nil)
	alice.expect("<received ", `id="a1"`)
}
