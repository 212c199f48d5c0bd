package server

import (
	"net/http"

	"frontdesk/c2s"
	"frontdesk/ws"
)

// newSockets makes the WebSocket transport.
func (s *Server) newSockets() *ws.Endpoint {
	return ws.New(s.hub, ws.Options{
		Domain: s.cfg.XMPP.Domain, Ping: s.cfg.WebSocket.Ping,
		Origins: s.cfg.HTTP.Origins, PublicURL: s.cfg.HTTP.PublicURL, TrustedProxies: s.cfg.HTTP.TrustedProxies,
		UnopenedPerAddress: s.cfg.Limits.SessionsPerAddress,
	}, s.log)
}

// visitors is where pages get an identity that lasts.
func (s *Server) visitors() http.Handler {
	origins := c2s.NewOrigins(s.cfg.HTTP.Origins, s.cfg.HTTP.PublicURL, s.cfg.HTTP.TrustedProxies...)
	return s.hub.VisitorHandler(origins, c2s.Proxies(s.cfg.HTTP.TrustedProxies).Remote)
}
