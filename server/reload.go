package server

import (
	"context"
	"reflect"
	"time"

	"frontdesk/config"
	"frontdesk/desk"
)

// Reload takes over what may change while visitors are here, and returns the
// keys whose change needs a restart.
func (s *Server) Reload(cfg config.Config) []string {
	var restart []string
	for _, section := range []struct {
		name     string
		old, now any
	}{
		{"xmpp", s.cfg.XMPP, cfg.XMPP},
		{"http", withoutPair(s.cfg.HTTP), withoutPair(cfg.HTTP)},
		{"store", s.cfg.Store, cfg.Store},
		{"admin", s.cfg.Admin, cfg.Admin},
		{"bosh", s.cfg.BOSH, cfg.BOSH},
		{"websocket", s.cfg.WebSocket, cfg.WebSocket},
		{"limits", withoutChats(s.cfg.Limits), withoutChats(cfg.Limits)},
	} {
		if !reflect.DeepEqual(section.old, section.now) {
			restart = append(restart, "["+section.name+"]")
		}
	}
	if s.cfg.Chat.OfflineAfter != cfg.Chat.OfflineAfter {
		restart = append(restart, "chat.offline_after")
	}
	if s.cfg.Chat.ResumeTTL != cfg.Chat.ResumeTTL {
		restart = append(restart, "chat.resume_ttl")
	}
	offline, ttl := s.cfg.Chat.OfflineAfter, s.cfg.Chat.ResumeTTL
	s.cfg.Chat = cfg.Chat
	s.cfg.Limits.OpenChats, s.cfg.Limits.ChatsPerAddress = cfg.Limits.OpenChats, cfg.Limits.ChatsPerAddress
	s.cfg.Chat.OfflineAfter, s.cfg.Chat.ResumeTTL = offline, ttl
	s.renew(cfg.HTTP)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := s.desk.Order(ctx, desk.Configure{Options: s.deskOptions(s.cfg.XMPP.Domain)}); err != nil {
		s.log.Error("the desk did not take the new rules", "err", err)
	}
	return restart
}

// withoutChats leaves the limits that are not the desk's.
func withoutChats(l config.Limits) config.Limits {
	l.OpenChats, l.ChatsPerAddress = 0, 0
	return l
}
