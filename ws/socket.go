package ws

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Sizes of what a connection keeps for good. The second holds a whole control
// frame, so that none is ever written in two pieces.
const (
	readAhead  = 256
	writeAhead = 128
)

// errTooBig ends the reading of a message over the limit.
var errTooBig = errors.New("message over the limit")

// socket is the connection below the WebSocket. Read is called by one
// goroutine at a time.
type socket struct {
	net.Conn
	opened    time.Time
	lastBytes atomic.Int64 // from the peer, in nanoseconds from there

	early   []byte // came with the request
	scan    scanner
	limited bool        // errTooBig was told: the rest is thrown away
	failed  atomic.Bool // the connection is at its end

	mu     sync.Mutex
	gather *bytes.Buffer // takes what is written until flush; nil: nothing gathers
}

// Read implements [net.Conn].
func (s *socket) Read(p []byte) (int, error) {
	if s.scan.over && !s.limited {
		s.limited = true
		return 0, errTooBig
	}
	if s.limited {
		_, err := io.Copy(io.Discard, s.Conn)
		return 0, errors.Join(io.EOF, err)
	}
	n, err := s.read(p)
	if n > 0 {
		s.lastBytes.Store(int64(time.Since(s.opened)))
		s.scan.scan(p[:n])
	}
	if err != nil && !isTimeout(err) {
		s.failed.Store(true)
	}
	return n, err
}

func (s *socket) read(p []byte) (int, error) {
	if len(s.early) > 0 {
		n := copy(p, s.early)
		if s.early = s.early[n:]; len(s.early) == 0 {
			s.early = nil
		}
		return n, nil
	}
	return s.Conn.Read(p)
}

func isTimeout(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}

// Write implements [net.Conn].
func (s *socket) Write(p []byte) (int, error) {
	s.mu.Lock()
	if s.gather != nil {
		defer s.mu.Unlock()
		return s.gather.Write(p)
	}
	s.mu.Unlock()
	return s.write(p)
}

func (s *socket) write(p []byte) (int, error) {
	if err := s.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
		return 0, err
	}
	return s.Conn.Write(p)
}

// collect has what is written wait in b for flush.
func (s *socket) collect(b *bytes.Buffer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gather = b
}

// flush writes what was collected, in one piece.
func (s *socket) flush() error {
	s.mu.Lock()
	b := s.gather
	s.gather = nil
	s.mu.Unlock()
	_, err := s.write(b.Bytes())
	return err
}

// interrupt makes reads fail until resume.
func (s *socket) interrupt() { _ = s.SetReadDeadline(time.Unix(1, 0)) }

// resume ends what interrupt did, for as long as the closing handshake may
// take.
func (s *socket) resume() { _ = s.SetReadDeadline(time.Now().Add(closeWithin)) }

// hijacker hands the connection of a request over with small buffers. Those of
// net/http are ten times as large and would stay for the life of the socket.
type hijacker struct {
	http.ResponseWriter
	socket *socket
}

// Hijack implements [http.Hijacker].
func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	_ = conn.SetDeadline(time.Time{})
	h.socket = &socket{Conn: conn, opened: time.Now()}
	if n := rw.Reader.Buffered(); n > 0 {
		h.socket.early = make([]byte, n)
		_, _ = io.ReadFull(rw.Reader, h.socket.early) // it is in memory
	}
	return h.socket, bufio.NewReadWriter(
		bufio.NewReaderSize(h.socket, readAhead), bufio.NewWriterSize(h.socket, writeAhead)), nil
}
