package xmpptest

import (
	"context"
	"crypto/sha1" // XEP-0114 §3
	"encoding/hex"
	"fmt"
	"net"
	"strings"
	"sync"
)

const (
	nsAccept  = "jabber:component:accept"
	nsStreams = "http://etherx.jabber.org/streams"
	streamID  = "s1"
)

// Peer is one component's connection, seen from the server. Its methods may be
// called by any goroutine.
type Peer struct {
	server *Server
	conn   net.Conn

	mu      sync.Mutex
	changed sync.Cond
	out     []string
	got     []Stanza
	frozen  bool
	closed  bool
}

func newPeer(s *Server, c net.Conn) *Peer {
	p := &Peer{server: s, conn: c}
	p.changed.L = &p.mu
	return p
}

// Send sends raw XML to the component, behind what was sent before.
func (p *Peer) Send(xml string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.out = append(p.out, xml)
	p.changed.Broadcast()
}

// StreamError sends a stream error and closes the connection.
func (p *Peer) StreamError(condition string) {
	p.Send(streamError(condition))
	p.hangUp()
}

// hangUp closes the connection once everything is sent.
func (p *Peer) hangUp() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.out = append(p.out, "")
	p.changed.Broadcast()
}

func streamError(condition string) string {
	return "<stream:error><" + condition + " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>"
}

// Freeze makes the server read and write no more, as a stopped process.
func (p *Peer) Freeze() { p.freeze(true) }

// Thaw ends Freeze.
func (p *Peer) Thaw() { p.freeze(false) }

func (p *Peer) freeze(frozen bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.frozen = frozen
	p.changed.Broadcast()
}

// Close closes the connection without a word, as a killed server.
func (p *Peer) Close() {
	p.mu.Lock()
	p.closed = true
	p.changed.Broadcast()
	p.mu.Unlock()
	_ = p.conn.Close()
	p.server.leave(p)
}

// Closed tells whether the connection is over.
func (p *Peer) Closed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closed
}

// Next waits for the next stanza of the component; what it sends to itself is
// not among them.
func (p *Peer) Next(ctx context.Context) (Stanza, error) {
	return p.Expect(ctx)
}

// Expect waits for a stanza that contains all parts and takes it, and what
// came before it, out of those received. Its error holds what came instead.
func (p *Peer) Expect(ctx context.Context, parts ...string) (Stanza, error) {
	stop := context.AfterFunc(ctx, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.changed.Broadcast()
	})
	defer stop()
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		for i, s := range p.got {
			if s.Has(parts...) {
				p.got = append([]Stanza(nil), p.got[i+1:]...)
				return s, nil
			}
		}
		if p.closed {
			return "", fmt.Errorf("the link is closed; %q not among %q", parts, p.got)
		}
		if ctx.Err() != nil {
			return "", fmt.Errorf("%q not among %q: %w", parts, p.got, ctx.Err())
		}
		p.changed.Wait()
	}
}

// Received returns what came and was not taken by Expect.
func (p *Peer) Received() []Stanza {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Stanza(nil), p.got...)
}

// write sends what is queued until the connection ends.
func (p *Peer) write() {
	for {
		xml, ok := p.takeOut()
		if !ok {
			return
		}
		if xml == "" {
			p.Close()
			return
		}
		if _, err := p.conn.Write([]byte(xml)); err != nil {
			p.Close()
			return
		}
	}
}

func (p *Peer) takeOut() (string, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for (len(p.out) == 0 || p.frozen) && !p.closed {
		p.changed.Wait()
	}
	if p.closed {
		return "", false
	}
	xml := p.out[0]
	p.out = p.out[1:]
	return xml, true
}

// thawed waits until the peer is not frozen.
func (p *Peer) thawed() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.frozen && !p.closed {
		p.changed.Wait()
	}
}

// keep stores a stanza for Expect.
func (p *Peer) keep(s Stanza) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got = append(p.got, s)
	p.changed.Broadcast()
}

// shake answers the component's handshake; it tells whether it was right.
func (p *Peer) shake(digest string) bool {
	sum := sha1.Sum([]byte(streamID + p.server.Secret))
	if strings.TrimSpace(digest) != hex.EncodeToString(sum[:]) {
		p.StreamError("not-authorized")
		return false
	}
	p.mu.Lock()
	p.out = append(p.out, "<handshake/>"+p.server.Greeting)
	p.mu.Unlock()
	if refused := p.server.join(p); refused != "" {
		p.mu.Lock()
		p.out = nil
		p.mu.Unlock()
		p.StreamError(refused)
		return false
	}
	p.mu.Lock()
	p.changed.Broadcast()
	p.mu.Unlock()
	return true
}
