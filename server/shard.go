package server

import (
	"context"
	"fmt"

	"frontdesk/component"
	"frontdesk/engine"
	"frontdesk/link"
)

// shard is one desk in this process and its way to the XMPP server, under a
// domain of its own. There is one today; more are more of these, and nothing in
// them knows of the others.
type shard struct {
	desk      *engine.Engine
	component *component.Component
	link      *link.Link
}

// newShard makes the shard of a domain; nothing runs yet.
func (s *Server) newShard(domain string) (*shard, error) {
	desk := engine.New(s.deskOptions(domain), s.store, s.log)
	agents := component.New(component.Options{
		Domain: domain, Name: "Live chat", Version: s.version, Queues: listing(desk), Log: s.log,
	}, desk)
	xmpp, err := link.New(link.Options{
		Server: s.cfg.XMPP.Server, Domain: domain, Secret: string(s.cfg.XMPP.Secret),
		Dial: s.seams.dial, Log: s.log,
	}, agents)
	if err != nil {
		return nil, fmt.Errorf("xmpp: %w", err)
	}
	return &shard{desk, agents, xmpp}, nil
}

// startShard starts the desk for these visitors, and then the link.
func (s *Server) startShard(ctx context.Context, h *shard, visitors engine.Visitors) error {
	h.desk.Connect(visitors, h.component)
	if err := h.desk.Start(ctx); err != nil {
		return fmt.Errorf("desk: %w", err)
	}
	s.onStop("desk", h.desk.Stop)
	h.link.Start()
	s.onStop("link", func(context.Context) error { h.link.Stop(); return nil })
	return nil
}

// listing is the queues for the agents' service browsers.
func listing(desk *engine.Engine) func() []component.Listing {
	return func() []component.Listing {
		var out []component.Listing
		for _, q := range desk.Directory() {
			out = append(out, component.Listing{Name: q.Name, Title: q.Title})
		}
		return out
	}
}
