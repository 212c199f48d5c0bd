package admin

import (
	"encoding/json"
	"fmt"
	"net/http"

	"frontdesk/command"
)

// routes is a route for each verb that the admin may give. Addresses and ids in
// paths are escaped as RFC 3986 wants it.
func (s *Server) routes() *http.ServeMux {
	m := http.NewServeMux()
	for _, v := range command.Open(command.HTTP, command.ByAdmin) {
		m.HandleFunc(v.Route, func(w http.ResponseWriter, r *http.Request) { s.run(v, w, r) })
	}
	m.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, r, fmt.Errorf("%s %s: %w; is the daemon as new as this command?", r.Method, r.URL.Path, command.ErrNotFound))
	})
	return m
}

// run carries out a verb, and answers 204 when it is done and no more is to be
// said.
func (s *Server) run(v command.Verb, w http.ResponseWriter, r *http.Request) {
	in, err := input(v, r)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	out, err := v.Run(r.Context(), s.desk, in)
	switch {
	case err != nil:
		s.refuse(w, r, err)
	case out.Value == nil:
		s.log.Info("admin command done", "method", r.Method, "path", r.URL.Path)
		w.WriteHeader(http.StatusNoContent)
	default:
		s.write(w, http.StatusOK, out.Value)
	}
}

func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	f, status := faultOf(err)
	if status >= http.StatusInternalServerError {
		s.log.Warn("admin command failed", "method", r.Method, "path", r.URL.Path, "err", err)
	}
	s.write(w, status, f)
}

func (s *Server) write(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		s.log.Debug("admin went away", "err", err)
	}
}
