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
	"frontdesk/component"
	"frontdesk/config"
	"frontdesk/desk"
	"frontdesk/store"
)

// Server is one frontdesk. Start, Stop and Reload are called by one goroutine.
type Server struct {
	cfg     config.Config
	log     *slog.Logger
	version string
	demo    bool

	store    *store.Store
	desk     *desk.Desk
	hub      *c2s.Hub
	link     *component.Link
	bosh     *bosh.Manager
	admin    *admin.Server
	http     *http.Server
	listener net.Listener
	metrics  net.Listener
	ready    atomic.Bool
	cleanups []cleanup
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
	if err := s.assemble(ctx); err != nil {
		return errors.Join(err, s.Stop(context.WithoutCancel(ctx)))
	}
	s.ready.Store(true)
	s.log.Info("frontdesk is running", "version", s.version, "domain", s.cfg.XMPP.Domain, "http", s.Addr())
	return nil
}
