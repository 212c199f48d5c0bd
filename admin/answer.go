package admin

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"frontdesk/desk"
)

// each turns a list of the desk's into one of ours, which is never null.
func each[From, To any](f func(From) To) func([]From, error) ([]To, error) {
	return func(list []From, err error) ([]To, error) {
		out := make([]To, 0, len(list))
		for _, e := range list {
			out = append(out, f(e))
		}
		return out, err
	}
}

// read decodes a request's body strictly: one JSON value, known fields only.
func read[T any](r *http.Request) (T, error) {
	var v T
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		return v, fmt.Errorf("%w: %w", desk.ErrInvalid, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return v, fmt.Errorf("%w: more than one JSON value", desk.ErrInvalid)
	}
	return v, nil
}

// list answers with what f returns.
func (s *Server) list(f func(*http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, err := f(r)
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		s.write(w, http.StatusOK, v)
	})
}

// do answers 204 when f has done it.
func (s *Server) do(f func(*http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := f(r); err != nil {
			s.refuse(w, r, err)
			return
		}
		s.log.Info("admin command done", "method", r.Method, "path", r.URL.Path)
		w.WriteHeader(http.StatusNoContent)
	})
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
