package component

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/internal/xmpptest"
	"frontdesk/link"
)

// counting is a desk that counts.
type counting struct {
	says      atomic.Int64
	confirmed atomic.Int64
	up        chan uint64
	wake      chan struct{}
}

func (c *counting) Post(e desk.Event) {
	switch e := e.(type) {
	case desk.LinkUp:
		c.up <- e.Link
	case desk.LinkConfirmed:
		c.confirmed.Store(slices.Max(e.Numbers))
	case desk.AgentSays:
		c.says.Add(1)
	}
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func benchLink(b *testing.B) (*Component, *counting, *xmpptest.Peer) {
	b.Helper()
	s := &xmpptest.Server{Domain: testDomain, Secret: testSecret, Forget: true}
	d := &counting{up: make(chan uint64, 1), wake: make(chan struct{}, 1)}
	c := New(Options{Domain: testDomain}, d)
	l, err := link.New(link.Options{Domain: testDomain, Secret: testSecret, Dial: s.Dial}, c)
	if err != nil {
		b.Fatal(err)
	}
	l.Start()
	b.Cleanup(func() { l.Stop(); s.Close() })
	p, err := s.Accept(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	c.Send([]desk.ToAgent{desk.Attached{Link: <-d.up}})
	return c, d, p
}

// BenchmarkLinkOut sends messages of visitors, as many unconfirmed as the desk
// allows, until the last is confirmed.
func BenchmarkLinkOut(b *testing.B) {
	c, d, _ := benchLink(b)
	text := strings.Repeat("a word ", 20)
	sent := int64(0)
	for b.Loop() {
		sent++
		for sent-d.confirmed.Load() > desk.OutboxWindow {
			<-d.wake
		}
		c.Send([]desk.ToAgent{desk.Words{
			Outbox: sent, Visitor: visitor, Agent: alice,
			Message: chat.Message{ID: fmt.Sprint("m", sent), Text: text},
		}})
	}
	for d.confirmed.Load() < sent {
		<-d.wake
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "stanzas/s")
}

// BenchmarkLinkIn takes messages of agents.
func BenchmarkLinkIn(b *testing.B) {
	_, d, p := benchLink(b)
	const chunk = 64
	one := "<message from='alice@localhost/a' to='" + visitor + "/web' type='chat' id='1' xml:lang='en'><body>" +
		strings.Repeat("a word ", 20) + "</body><active xmlns='http://jabber.org/protocol/chatstates'/>" +
		"<origin-id xmlns='urn:xmpp:sid:0' id='1'/></message>"
	many := strings.Repeat(one, chunk)
	sent := int64(0)
	for b.Loop() {
		if sent%chunk == 0 {
			for sent-d.says.Load() > 16*chunk {
				<-d.wake
			}
			p.Send(many)
		}
		sent++
	}
	for d.says.Load() < sent {
		<-d.wake
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "stanzas/s")
}
