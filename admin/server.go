// Package admin is the admin's door to the verbs of package command: HTTP with
// JSON over a unix socket (RFC 9110, RFC 8259), both halves of it. [Server]
// answers, [Client] asks; routes.go and request.go are what they say to each
// other.
//
// There is no login. Whoever may open the socket is the admin, so the socket
// is never, not for a moment, open to anybody but its owner.
package admin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"frontdesk/command"
)

// The admin's own budget; nothing here is shared with visitors.
const (
	maxRequests = 32      // handled at one time
	maxAsk      = 1 << 16 // bytes of a request body
	askTimeout  = 10 * time.Second
	idleTimeout = 60 * time.Second
)

// Server answers the admin on a unix socket. Listen, then Serve in a goroutine
// of the caller's, then Close.
type Server struct {
	desk   command.Desk
	log    *slog.Logger
	http   http.Server
	slots  chan struct{}
	socket *socket
}

// NewServer returns a server that carries the admin's orders to the desk.
func NewServer(d command.Desk, log *slog.Logger) *Server {
	s := &Server{desk: d, log: log, slots: make(chan struct{}, maxRequests)}
	s.http = http.Server{
		Handler:           s.bounded(s.routes()),
		ReadHeaderTimeout: askTimeout,
		ReadTimeout:       askTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxAsk,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	return s
}

// Listen makes the socket at path. It fails with [ErrRunning] when somebody
// answers there, and never removes what is not a socket.
func (s *Server) Listen(path string) error {
	l, err := listen(path)
	if err != nil {
		return fmt.Errorf("make the admin socket: %w", err)
	}
	s.socket = l
	return nil
}

// Serve answers until Close and then returns nil. It needs a Listen before.
func (s *Server) Serve() error {
	if err := s.http.Serve(s.socket); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the admin socket: %w", err)
	}
	return nil
}

// Close removes the socket and waits for requests under way until ctx ends;
// then it cuts them off.
func (s *Server) Close(ctx context.Context) error {
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, s.http.Close())
	}
	if s.socket != nil {
		if gone := s.socket.Close(); gone != nil && !errors.Is(gone, net.ErrClosed) {
			err = errors.Join(err, gone)
		}
	}
	return err
}

// bounded lets maxRequests in; the others wait for their turn.
func (s *Server) bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case s.slots <- struct{}{}:
			defer func() { <-s.slots }()
			r.Body = http.MaxBytesReader(w, r.Body, maxAsk)
			next.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	})
}
