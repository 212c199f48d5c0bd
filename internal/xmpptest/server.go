// Package xmpptest is a fake XMPP server that speaks the server's side of
// XEP-0114, written by hand, for tests of the component and of the whole
// program. It does what real servers do with a component: it checks the
// secret, announces privileges (XEP-0356), and brings stanzas that the
// component sends to itself back to it. It can also freeze, break and split.
package xmpptest

import (
	"context"
	"errors"
	"net"
	"slices"
	"sync"
)

// Server is a fake XMPP server for one component domain. Its methods may be
// called by any goroutine. The fields are to be set before the first Dial.
type Server struct {
	Domain string
	Secret string
	// Greeting is sent right behind the handshake, in the same write: for
	// example what [Privileges] returns.
	Greeting string
	// OneLink refuses a second link with the stream error `conflict`, as Prosody
	// does. Otherwise both stay and stanzas are split between them, as with
	// ejabberd.
	OneLink bool
	// Answer, when set, may answer an iq that the component sends to others: it
	// gets the raw stanza and returns the raw answer, "" for none.
	Answer func(stanza string) string
	// Lose, when set, tells of a stanza that the component sends to itself
	// whether the server loses it.
	Lose func(stanza string) bool
	// Forget keeps nothing for Expect: for benchmarks.
	Forget bool

	mu     sync.Mutex
	down   bool
	open   []*Peer // all connections that are not closed
	peers  []*Peer // those that completed the handshake
	turn   int
	all    sync.WaitGroup
	queued chan *Peer
	once   sync.Once
}

// ErrDown is what Dial returns while the server is down.
var ErrDown = errors.New("connection refused")

// Dial connects a component to the server; it suits link.Options.Dial.
func (s *Server) Dial(ctx context.Context) (net.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return nil, ErrDown
	}
	ours, theirs := net.Pipe()
	s.serve(ours)
	return theirs, nil
}

// Serve takes a connection that came some other way.
func (s *Server) Serve(c net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serve(c)
}

func (s *Server) serve(c net.Conn) {
	s.arrivals()
	p := newPeer(s, c)
	s.open = append(s.open, p)
	s.all.Go(p.write)
	s.all.Go(p.read)
}

func (s *Server) arrivals() chan *Peer {
	s.once.Do(func() { s.queued = make(chan *Peer, 64) })
	return s.queued
}

// Down makes the server refuse connections, or take them again.
func (s *Server) Down(down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = down
}

// Accept waits for the next component that completed the handshake.
func (s *Server) Accept(ctx context.Context) (*Peer, error) {
	select {
	case p := <-s.arrivals():
		return p, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Close closes all connections and waits for the server's goroutines.
func (s *Server) Close() {
	s.mu.Lock()
	s.down = true
	peers := slices.Clone(s.open)
	s.mu.Unlock()
	for _, p := range peers {
		p.Close()
	}
	s.all.Wait()
}

// join adds a peer after its handshake; it returns the stream error to refuse
// it with, or "".
func (s *Server) join(p *Peer) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.OneLink && len(s.peers) > 0 {
		return "conflict"
	}
	s.peers = append(s.peers, p)
	select {
	case s.queued <- p:
	default:
	}
	return ""
}

func (s *Server) leave(p *Peer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	same := func(known *Peer) bool { return known == p }
	s.peers = slices.DeleteFunc(s.peers, same)
	s.open = slices.DeleteFunc(s.open, same)
}

// route brings a stanza for the component's domain to one of its links.
func (s *Server) route(stanza string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.peers) > 0 {
		s.turn++
		s.peers[s.turn%len(s.peers)].Send(stanza)
	}
}
