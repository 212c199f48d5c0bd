package c2s

import (
	"frontdesk/desk"
	"frontdesk/wire"
)

// notFound is what every address answers that a visitor cannot reach.
func notFound() *wire.StanzaError {
	return &wire.StanzaError{Type: "cancel", Condition: "item-not-found"}
}

func unavailable() *wire.StanzaError {
	return &wire.StanzaError{Type: "cancel", Condition: "service-unavailable"}
}

func notImplemented() *wire.StanzaError {
	return &wire.StanzaError{Type: "cancel", Condition: "feature-not-implemented"}
}

func badRequest() *wire.StanzaError {
	return &wire.StanzaError{Type: "modify", Condition: "bad-request"}
}

func forbidden() *wire.StanzaError {
	return &wire.StanzaError{Type: "auth", Condition: "forbidden"}
}

func notAcceptable(text string) *wire.StanzaError {
	return &wire.StanzaError{Type: "modify", Condition: "not-acceptable", Text: text}
}

func tooFast() *wire.StanzaError {
	return &wire.StanzaError{Type: "wait", Condition: "policy-violation", Text: "Too fast. Please wait a moment."}
}

// refusal is the desk's no as a stanza error.
func refusal(r *desk.Refusal) *wire.StanzaError {
	return &wire.StanzaError{Type: r.Type, Condition: r.Condition, Text: r.Text}
}
