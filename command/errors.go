package command

import (
	"frontdesk/desk"
	"frontdesk/engine"
)

// The errors of verbs; test with errors.Is. Their wrapping text names the thing
// and the remedy and is fit for people.
var (
	ErrNotFound = desk.ErrNotFound
	ErrExists   = desk.ErrExists
	ErrInvalid  = desk.ErrInvalid
	ErrStore    = desk.ErrStore
	ErrStopped  = engine.ErrStopped
)

// Error is an error with a text of its own.
type Error struct {
	Text string
	Kind error // which error of this package it is; nil: none
}

// Error returns the text.
func (e *Error) Error() string { return e.Text }

// Unwrap returns the kind.
func (e *Error) Unwrap() error { return e.Kind }
