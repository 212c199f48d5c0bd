package server

import (
	"frontdesk/ws"
)

// newSockets makes the WebSocket transport.
func (s *Server) newSockets() *ws.Endpoint {
	return ws.New(s.hub, s.gate, ws.Options{
		Domain: s.cfg.XMPP.Domain, Ping: s.cfg.WebSocket.Ping,
	}, s.log)
}
