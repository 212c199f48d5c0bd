package admin

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"frontdesk/command"
)

// fault is an error on the wire: its text for people and, in Kind, which of
// command's errors it wraps.
type fault struct {
	Text string `json:"error"`
	Kind string `json:"kind"`
}

// kind is one of command's errors with its name on the wire.
type kind struct {
	err    error
	name   string
	status int
}

func kinds() []kind {
	return []kind{
		{command.ErrNotFound, "not_found", http.StatusNotFound},
		{command.ErrExists, "exists", http.StatusConflict},
		{command.ErrInvalid, "invalid", http.StatusUnprocessableEntity},
		{command.ErrStopped, "stopped", http.StatusServiceUnavailable},
		{command.ErrStore, "store", http.StatusInsufficientStorage},
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

// readFault returns the error that a daemon has answered with.
func readFault(status string, body []byte) error {
	var f fault
	if err := json.Unmarshal(body, &f); err != nil {
		return fmt.Errorf("the daemon answered %s", status)
	}
	e := &command.Error{Text: cmp.Or(f.Text, status)}
	for _, k := range kinds() {
		if f.Kind == k.name {
			e.Kind = k.err
		}
	}
	return e
}
