package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"frontdesk/admin"
	"frontdesk/bosh"
	"frontdesk/c2s"
	"frontdesk/desk"
	"frontdesk/gate"
	"frontdesk/roster"
	"frontdesk/store/sqlite"
)

// agentReturn is the least time agents get to come back after the link was
// down, and wantedFor how long a chat waits for the agent it asked for.
const (
	agentReturn = 60 * time.Second
	wantedFor   = 30 * time.Second
)

// serveWithin bounds the end of an HTTP server: all that take long were told to
// go before.
const serveWithin = 2 * time.Second

// assemble makes the parts in the order of the data's way back: what others
// send to comes first. It is one straight function on purpose: the picture of
// the process in one place. The listener is the visitors'; it is closed by Stop.
func (s *Server) assemble(ctx context.Context, listener net.Listener) error {
	cfg := s.cfg
	s.listener = listener
	s.onStop("http listener", func(context.Context) error { return closed(listener.Close()) })
	var err error
	s.store, err = sqlite.Open(ctx, cfg.Store.URL, sqlite.Options{
		Log: s.log, Retention: cfg.Store.Retention, BeforeCommit: s.seams.beforeCommit,
	})
	if err != nil {
		return fmt.Errorf("store.url: %w", err)
	}
	s.onStop("store", s.store.Close)

	if s.shard, err = s.newShard(cfg.XMPP.Domain); err != nil {
		return err
	}
	s.gate = gate.New(s.gateRules())
	s.hub, err = c2s.New(s.hubOptions(), s.gate, s.desk, s.store, s.store)
	if err != nil {
		return fmt.Errorf("visitors' streams: %w", err)
	}
	s.onStop("hub", s.hub.Close) // again, when nothing else was started; idempotent
	if err := s.startShard(ctx, s.shard, s.hub); err != nil {
		return err
	}
	s.onStop("streams", s.hub.Close)

	s.bosh = bosh.New(s.hub, s.gate, bosh.Options{
		Domains: []string{cfg.XMPP.Domain}, Wait: cfg.BOSH.Wait, Inactivity: cfg.BOSH.Inactivity,
		SilentAfter: cfg.BOSH.SilentAfter, Polling: 2 * time.Second, MaxPause: 120 * time.Second,
	}, s.log)
	s.sockets = s.newSockets()
	visitors, err := s.secured(s.bosh.Listener(listener))
	if err != nil {
		return err
	}
	s.http = s.httpServer()
	s.serve("http", s.http, visitors)
	// Visitors are told first: HTTP's end waits for the requests that are held.
	s.onStop("bosh", s.bosh.Shutdown)
	s.onStop("websocket", s.sockets.Shutdown)
	s.onStop("gate", func(context.Context) error { s.gate.Close(); return nil })
	return nil
}

// openDoors opens what the admin reaches.
func (s *Server) openDoors(ctx context.Context) (err error) {
	cfg := s.cfg.Admin
	if cfg.Metrics != "" {
		s.metrics, err = listen(ctx, "admin.metrics", cfg.Metrics)
		if err != nil {
			return err
		}
		s.serve("metrics", s.metricsServer(), s.metrics)
	}
	s.admin = admin.NewServer(ordered{s.desk, s}, s.log)
	if err := s.admin.Listen(cfg.Socket); err != nil {
		return fmt.Errorf("admin.socket: %w", err)
	}
	s.own("admin", s.admin.Serve)
	s.onStop("admin", s.admin.Close)
	return nil
}

func (s *Server) deskOptions(domain string) desk.Options {
	c := s.cfg.Chat
	return desk.Options{
		Domain: domain, DefaultQueue: "support",
		Grace: c.Grace, GraceBusy: c.GraceBusy, OfflineAfter: c.OfflineAfter,
		AgentGrace: c.AgentGrace, AgentReturn: agentReturn, AnswerWithin: c.AnswerWithin, Idle: c.Idle,
		WantedFor: wantedFor, ResumeTTL: c.ResumeTTL, MaxWaiting: c.MaxWaiting,
		OpenChats: s.cfg.Limits.OpenChats, ChatsPerNetwork: s.cfg.Limits.ChatsPerAddress,
		CloseOnGone: c.CloseOnGone,
	}
}

func (s *Server) gateRules() gate.Rules {
	h, l := s.cfg.HTTP, s.cfg.Limits
	return gate.Rules{
		Sites: []roster.Site{roster.DefaultSite(h.Origins, h.PublicURL)}, TrustedProxies: h.TrustedProxies,
		Sessions: l.Sessions, SessionsPerAddress: l.SessionsPerAddress, CreationsPerSecond: l.CreationsPerSecond,
	}
}

func (s *Server) hubOptions() c2s.Options {
	return c2s.Options{
		Domain: s.cfg.XMPP.Domain, Version: s.version,
		OfflineAfter: s.cfg.Chat.OfflineAfter, ResumeTTL: s.cfg.Chat.ResumeTTL,
		MessageRate: s.seams.messageRate, Log: s.log,
	}
}

// listen names the key and the remedy when an address cannot be had.
func listen(ctx context.Context, key, address string) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%s = %q: %w; choose another address, or stop what uses this one", key, address, err)
	}
	return l, nil
}

// closed forgives a listener that its server has closed already.
func closed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// serve runs an HTTP server on a listener until Stop.
func (s *Server) serve(name string, h *http.Server, l net.Listener) {
	s.own(name, func() error {
		if err := h.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	s.onStop(name, func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, serveWithin)
		defer cancel()
		err := h.Shutdown(ctx)
		if errors.Is(err, context.DeadlineExceeded) {
			return h.Close() // connections that never asked anything count as busy
		}
		return err
	})
}
