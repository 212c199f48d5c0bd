package server

import (
	"net/http"

	"frontdesk/c2s"
)

// sockets is the WebSocket transport; nil while there is none.
func (s *Server) sockets() http.Handler { return nil }

// visitors is where pages get an identity that lasts.
func (s *Server) visitors() http.Handler {
	origins := c2s.NewOrigins(s.cfg.HTTP.Origins, s.cfg.HTTP.PublicURL)
	return s.hub.VisitorHandler(origins, c2s.Proxies(s.cfg.HTTP.TrustedProxies).Remote)
}
