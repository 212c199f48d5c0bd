package server

import (
	"frontdesk/bosh"
	"frontdesk/component"
	"frontdesk/engine"
	"frontdesk/link"
	"frontdesk/store/sqlite"
	"frontdesk/ws"
)

// snapshot is what all parts say of themselves at one time.
type snapshot struct {
	desk      engine.Stats
	component component.Stats
	link      link.Stats
	bosh      bosh.Stats
	ws        ws.Stats
	store     sqlite.Stats
}

func (s *Server) snapshot() snapshot {
	return snapshot{
		s.desk.Stats(), s.component.Stats(), s.link.Stats(), s.bosh.Stats(), s.sockets.Stats(), s.store.Stats(),
	}
}

func flag(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// allMetrics is every number there is, by part.
func allMetrics() []metric {
	return []metric{
		gauge("link_up", "1 while the component link is up.", func(s snapshot) float64 { return flag(s.link.Up) }),
		gauge("link_rival", "1 while another process serves our domain.", func(s snapshot) float64 { return flag(s.link.Rival) }),
		count("link_connects", "Connections to the XMPP server that came up.", func(s snapshot) float64 { return float64(s.link.Connects) }),
		count("link_stanzas_in", "Stanzas from the XMPP server.", func(s snapshot) float64 { return float64(s.link.StanzasIn) }),
		count("link_stanzas_out", "Stanzas to the XMPP server.", func(s snapshot) float64 { return float64(s.link.StanzasOut) }),
		count("link_odd", "Stanzas skipped because they could not be read.", func(s snapshot) float64 { return float64(s.link.Odd + s.component.Odd) }),
		gauge("outbox", "Messages that the XMPP server has not confirmed.", func(s snapshot) float64 { return float64(s.desk.Outbox) }),
		gauge("desk_backlog", "Events that wait for the desk.", func(s snapshot) float64 { return float64(s.desk.Backlog) }),
		count("desk_events", "Events stepped.", func(s snapshot) float64 { return float64(s.desk.Events) }),
		count("chats_opened", "Chats opened.", func(s snapshot) float64 { return float64(s.desk.Opened) }),
		count("chats_closed", "Chats closed.", func(s snapshot) float64 { return float64(s.desk.Closed) }),
		count("chats_requeued", "Chats taken from an agent who left.", func(s snapshot) float64 { return float64(s.desk.Requeued) }),
		count("messages_from_visitors", "Messages with text from visitors.", func(s snapshot) float64 { return float64(s.desk.FromVisitor) }),
		count("messages_from_agents", "Messages with text from agents.", func(s snapshot) float64 { return float64(s.desk.FromAgent) }),
		count("requests_refused", "Requests of visitors and agents answered with an error.", func(s snapshot) float64 { return float64(s.desk.Refused) }),
		gauge("bosh_sessions", "BOSH sessions.", func(s snapshot) float64 { return float64(s.bosh.Sessions) }),
		gauge("bosh_waiting", "BOSH requests that wait for their answer.", func(s snapshot) float64 { return float64(s.bosh.Waiting) }),
		count("bosh_requests", "BOSH requests.", func(s snapshot) float64 { return float64(s.bosh.Requests) }),
		count("bosh_created", "BOSH sessions created.", func(s snapshot) float64 { return float64(s.bosh.Created) }),
		count("bosh_refused", "BOSH sessions refused.", func(s snapshot) float64 { return float64(s.bosh.Refused) }),
		gauge("websocket_sockets", "WebSockets.", func(s snapshot) float64 { return float64(s.ws.Sockets) }),
		count("websocket_opened", "Streams opened over WebSocket.", func(s snapshot) float64 { return float64(s.ws.Opened) }),
		count("websocket_refused", "WebSocket requests refused.", func(s snapshot) float64 { return float64(s.ws.Refused + s.ws.Overloaded) }),
		count("websocket_lost", "WebSockets that ended without goodbye.", func(s snapshot) float64 { return float64(s.ws.Lost) }),
		count("websocket_slow", "WebSockets closed because the browser read too slowly.", func(s snapshot) float64 { return float64(s.ws.Overflows) }),
		count("store_commits", "Transactions.", func(s snapshot) float64 { return float64(s.store.Commits) }),
		count("store_operations", "Changes in transactions.", func(s snapshot) float64 { return float64(s.store.Operations) }),
		count("store_failed", "Batches refused.", func(s snapshot) float64 { return float64(s.store.Failed) }),
		gauge("store_queue", "Batches that wait for the writer.", func(s snapshot) float64 { return float64(s.store.Queued) }),
		gauge("store_sync_seconds", "How long the last commit took.", func(s snapshot) float64 { return s.store.LastSync.Seconds() }),
	}
}
