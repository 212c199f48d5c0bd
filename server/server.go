// Package server puts the parts together and owns the process: what is made in
// which order, what listens where, and how it ends.
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"

	"frontdesk/admin"
	"frontdesk/bosh"
	"frontdesk/c2s"
	"frontdesk/config"
	"frontdesk/gate"
	"frontdesk/store/sqlite"
	"frontdesk/ws"
)

// Server is one frontdesk. Start, Stop and Reload are called by one goroutine.
type Server struct {
	cfg     config.Config
	log     *slog.Logger
	version string
	demo    bool
	seams   seams

	certificate certificate

	*shard // the one there is

	store    *sqlite.Store
	gate     *gate.Gate
	hub      *c2s.Hub
	bosh     *bosh.Manager
	sockets  *ws.Endpoint
	admin    *admin.Server
	http     *http.Server
	listener net.Listener
	metrics  net.Listener
	ready    atomic.Bool
	cleanups []cleanup
}

// seams are where tests take the place of the world; all zero outside of them.
type seams struct {
	beforeCommit func() error                            // see sqlite.Options
	dial         func(context.Context) (net.Conn, error) // see link.Options
	messageRate  float64                                 // see c2s.Options
}

// New returns a server for a valid configuration; nothing is opened yet.
func New(cfg config.Config, log *slog.Logger, version string) (*Server, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	return &Server{cfg: cfg, log: log, version: version}, nil
}

// ServeDemo adds the demo shop under /demo/; it is called before Start.
func (s *Server) ServeDemo() { s.demo = true }

// Addr is where visitors reach the server; it is known after Start.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// MetricsAddr is where metrics are served, "" when they are not.
func (s *Server) MetricsAddr() string {
	if s.metrics == nil {
		return ""
	}
	return s.metrics.Addr().String()
}

// Start opens and connects everything. When it fails, what was opened is
// closed again. The link to the XMPP server comes up by itself, later.
func (s *Server) Start(ctx context.Context) error {
	if err := s.open(ctx); err != nil {
		return errors.Join(err, s.Stop(context.WithoutCancel(ctx)))
	}
	s.ready.Store(true)
	s.log.Info("frontdesk is running", "version", s.version, "domain", s.cfg.XMPP.Domain, "http", s.Addr())
	return nil
}

// open makes everything, from the address that visitors reach to the admin's
// door.
func (s *Server) open(ctx context.Context) error {
	listener, err := listen(ctx, "http.listen", s.cfg.HTTP.Listen)
	if err != nil {
		return err
	}
	if err := s.assemble(ctx, listener); err != nil {
		return err
	}
	return s.openDoors(ctx)
}
