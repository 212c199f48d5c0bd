package admin

import (
	"context"
	"fmt"
	"net/http"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/roster"
)

// routes is the whole interface. Addresses and ids in paths are escaped as RFC
// 3986 wants it.
func (s *Server) routes() *http.ServeMux {
	m := http.NewServeMux()
	m.Handle("GET /status", s.list(func(r *http.Request) (any, error) {
		status, err := s.desk.Status(r.Context())
		return statusOf(status, s.version), err
	}))
	s.agentRoutes(m)
	s.queueRoutes(m)
	s.visitorRoutes(m)
	s.chatRoutes(m)
	m.Handle("/", s.list(func(r *http.Request) (any, error) {
		return nil, fmt.Errorf("%s %s: %w; is the daemon as new as this command?", r.Method, r.URL.Path, desk.ErrNotFound)
	}))
	return m
}

func (s *Server) agentRoutes(m *http.ServeMux) {
	m.Handle("GET /agents", s.list(func(r *http.Request) (any, error) {
		return each(agentOf)(s.desk.Agents(r.Context()))
	}))
	m.Handle("POST /agents", s.do(func(r *http.Request) error {
		wish, err := read[NewAgent](r)
		if err != nil {
			return err
		}
		a, err := wish.agent()
		if err != nil {
			return err
		}
		return s.desk.AddAgent(r.Context(), a)
	}))
	m.Handle("PATCH /agents/{jid}", s.do(func(r *http.Request) error {
		wish, err := read[AgentPatch](r)
		if err != nil {
			return err
		}
		patch, err := wish.patch()
		if err != nil {
			return err
		}
		return s.withAgent(r, func(ctx context.Context, jid roster.AgentJID) error {
			return s.desk.SetAgent(ctx, jid, patch)
		})
	}))
	m.Handle("DELETE /agents/{jid}", s.do(func(r *http.Request) error {
		return s.withAgent(r, s.desk.RemoveAgent)
	}))
}

// withAgent calls f with the address in the path.
func (s *Server) withAgent(r *http.Request, f func(context.Context, roster.AgentJID) error) error {
	jid, err := ParseAgent(r.PathValue("jid"))
	if err != nil {
		return err
	}
	return f(r.Context(), jid)
}

func (s *Server) queueRoutes(m *http.ServeMux) {
	m.Handle("GET /queues", s.list(func(r *http.Request) (any, error) {
		return each(queueOf)(s.desk.Queues(r.Context()))
	}))
	m.Handle("POST /queues", s.do(func(r *http.Request) error {
		wish, err := read[NewQueue](r)
		if err != nil {
			return err
		}
		q, err := wish.queue()
		if err != nil {
			return err
		}
		return s.desk.AddQueue(r.Context(), q)
	}))
	m.Handle("PATCH /queues/{name}", s.do(func(r *http.Request) error {
		wish, err := read[QueuePatch](r)
		if err != nil {
			return err
		}
		patch, err := wish.patch()
		if err != nil {
			return err
		}
		return s.desk.SetQueue(r.Context(), r.PathValue("name"), patch)
	}))
	m.Handle("DELETE /queues/{name}", s.do(func(r *http.Request) error {
		return s.desk.RemoveQueue(r.Context(), r.PathValue("name"))
	}))
}

func (s *Server) visitorRoutes(m *http.ServeMux) {
	m.Handle("GET /visitors", s.list(func(r *http.Request) (any, error) {
		return each(visitorOf)(s.desk.Visitors(r.Context()))
	}))
	m.Handle("DELETE /visitors/{jid}", s.do(func(r *http.Request) error {
		return s.desk.KickVisitor(r.Context(), roster.VisitorJID(r.PathValue("jid")))
	}))
}

func (s *Server) chatRoutes(m *http.ServeMux) {
	m.Handle("GET /chats", s.list(func(r *http.Request) (any, error) {
		return each(chatOf)(s.desk.Chats(r.Context(), r.FormValue("all") == "true"))
	}))
	m.Handle("GET /chats/{id}", s.list(func(r *http.Request) (any, error) {
		return s.chat(r.Context(), chat.ID(r.PathValue("id")))
	}))
	m.Handle("GET /chats/{id}/transcript", s.list(func(r *http.Request) (any, error) {
		return each(entryOf)(s.desk.Transcript(r.Context(), chat.ID(r.PathValue("id"))))
	}))
	m.Handle("POST /chats/{id}/close", s.do(func(r *http.Request) error {
		return s.desk.CloseChat(r.Context(), chat.ID(r.PathValue("id")))
	}))
}

func (s *Server) chat(ctx context.Context, id chat.ID) (ChatDetail, error) {
	c, err := s.desk.Chat(ctx, id)
	if err != nil {
		return ChatDetail{}, err
	}
	return detailOf(c), nil
}
