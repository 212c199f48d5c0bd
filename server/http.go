package server

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"frontdesk/gate"
	"frontdesk/web"
)

// routes serves exact paths and nothing else: nothing is cleaned, redirected or
// guessed.
type routes map[string]http.Handler

// ServeHTTP finds the handler of exactly this path.
func (r routes) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	h, ok := r[req.URL.Path]
	if !ok || req.URL.RawPath != "" {
		http.NotFound(w, req)
		return
	}
	h.ServeHTTP(w, req)
}

// demoPages are the demo shop's, on top of the other routes.
type demoPages struct {
	demo http.Handler
	rest routes
}

// ServeHTTP gives everything below /demo/ to the shop.
func (d demoPages) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if len(req.URL.Path) >= 6 && req.URL.Path[:6] == "/demo/" {
		d.demo.ServeHTTP(w, req)
		return
	}
	d.rest.ServeHTTP(w, req)
}

func (s *Server) handler() http.Handler {
	r := routes{
		"/http-bind":          s.bosh,
		"/xmpp-websocket":     s.sockets,
		"/visitor":            s.gate.Visitors(s.cfg.XMPP.Domain, s.hub, s.log),
		"/strophe.umd.min.js": web.Static(),
		"/healthz":            http.HandlerFunc(s.healthz),
		"/readyz":             http.HandlerFunc(s.readyz),
	}
	s.discovery(r)
	if s.demo {
		return demoPages{web.Demo(s.cfg.XMPP.Domain), r}
	}
	return r
}

func (s *Server) httpServer() *http.Server {
	return &http.Server{
		Handler:           gate.Guard(s.handler()),
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       75 * time.Second,
		MaxHeaderBytes:    8 << 10,
		ConnContext:       s.bosh.ConnContext,
		ConnState:         s.bosh.ConnState,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
}

// healthz says that the process runs.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) { tell(w, nil) }

// readyz says that visitors can be served: the link is up, the store takes
// changes.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	tell(w, s.readiness(r.Context()))
}

func (s *Server) readiness(ctx context.Context) error {
	if !s.ready.Load() {
		return fmt.Errorf("starting or stopping")
	}
	if link := s.link.Stats(); !link.Up {
		return fmt.Errorf("the link to the XMPP server is down")
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if s.store.Writable(ctx) != nil {
		return fmt.Errorf("the store takes no changes")
	}
	return nil
}

func tell(w http.ResponseWriter, err error) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = fmt.Fprintln(w, err)
		return
	}
	_, _ = fmt.Fprintln(w, "ok")
}
