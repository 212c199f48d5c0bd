package component

import (
	"testing"
	"testing/synctest"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/internal/xmpptest"
	"frontdesk/roster"
)

func words(n int64, text string) desk.Words {
	return desk.Words{
		Outbox: n, Visitor: visitor, Agent: alice,
		Message: chat.Message{ID: "m" + text, Text: text},
	}
}

// The desk hears of the link, and of what the server has taken.
func TestLinkEvents(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.heard(desk.LinkUp{Link: 1})
		p.silent()
		p.send(words(1, "a"), words(2, "b"))
		p.heard(desk.LinkConfirmed{Numbers: []int64{1, 2}})
		p.send(desk.Note{Agent: alice, Text: "hello"})
		p.heard()
		p.send(desk.RemoveContact{Contact: roster.Contact{Agent: alice, Visitor: visitor}, Outbox: 3}, words(0, "typing"))
		p.heard(desk.LinkConfirmed{Numbers: []int64{3}})
		p.peer.Close()
		synctest.Wait()
		p.heard(desk.LinkDown{})
		p.connect()
		p.heard(desk.LinkUp{Link: 2})
	})
}

func TestLinkDropsWhileDown(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.server.Down(true)
		p.peer.Close()
		synctest.Wait()
		p.send(words(1, "a"))
		p.server.Down(false)
		p.connect()
		p.silent()
	})
}

// What the desk sends before it knows that the old connection is lost must not
// go out on the new one: its confirmation would cover what was lost before it.
func TestLinkStale(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.desk.take()
		p.desk.agents = nil
		p.peer.Freeze()
		p.send(words(1, "lost"))
		p.peer.Close()
		p.connect()
		p.send(words(2, "stale"), desk.Attached{Link: 1}, words(3, "stale too"))
		p.silent()
		p.heard(desk.LinkDown{}, desk.LinkUp{Link: 2})
		p.send(desk.Attached{Link: 2}, words(1, "lost"), words(2, "stale"))
		p.expect("lost")
		p.expect("stale")
		p.heard(desk.LinkConfirmed{Numbers: []int64{1, 2}})
	})
}
