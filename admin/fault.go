package admin

import (
	"errors"
	"net/http"

	"frontdesk/desk"
	"frontdesk/engine"
)

// fault is an error on the wire: its text for people and, in Kind, which of
// the desk's errors it wraps.
type fault struct {
	Text string `json:"error"`
	Kind string `json:"kind"`
}

// kind is one of the desk's errors with its name on the wire.
type kind struct {
	err    error
	name   string
	status int
}

func kinds() []kind {
	return []kind{
		{desk.ErrNotFound, "not_found", http.StatusNotFound},
		{desk.ErrExists, "exists", http.StatusConflict},
		{desk.ErrInvalid, "invalid", http.StatusUnprocessableEntity},
		{engine.ErrStopped, "stopped", http.StatusServiceUnavailable},
		{desk.ErrStore, "store", http.StatusInsufficientStorage},
	}
}

// faultOf returns err as it goes over the wire, with its HTTP status.
func faultOf(err error) (fault, int) {
	for _, k := range kinds() {
		if errors.Is(err, k.err) {
			return fault{Text: err.Error(), Kind: k.name}, k.status
		}
	}
	return fault{Text: err.Error(), Kind: "failed"}, http.StatusInternalServerError
}

// remoteError is a fault on the asking side: the text of the daemon, wrapping
// the desk's error again.
type remoteError struct {
	text string
	kind error
}

func (e *remoteError) Error() string { return e.text }
func (e *remoteError) Unwrap() error { return e.kind }

func (f fault) err() error {
	for _, k := range kinds() {
		if f.Kind == k.name {
			return &remoteError{text: f.Text, kind: k.err}
		}
	}
	return &remoteError{text: f.Text}
}
