package c2s

import (
	"context"
	"encoding/base64"
	"errors"

	"mellium.im/sasl"

	"frontdesk/roster"
)

const (
	anonymousName = "ANONYMOUS"
	plainName     = "PLAIN"
)

// login is one stream's way through SASL (RFC 6120 §6).
type login struct {
	core *core

	exchange  *sasl.Negotiator // nil: none under way
	failures  int
	visitor   roster.VisitorJID // of the exchange that succeeded
	returning bool              // by a token: the visitor was here before
	trouble   error             // the store's
}

// step returns the element that answers, with its text or, of a failure, its
// condition (RFC 6120 §6.5), and whether the visitor is known now.
func (l *login) step(kind, mechanism, text string) (name, content string, done bool) {
	switch kind {
	case "auth":
		m, ok := mechanisms()[mechanism]
		if !ok {
			return "failure", "invalid-mechanism", false
		}
		l.exchange = sasl.NewServer(m, l.permit)
	case "response":
	case "abort":
		return "failure", "aborted", false
	default:
		return "failure", "malformed-request", false
	}
	if l.exchange == nil {
		return "failure", "malformed-request", false
	}
	var raw []byte
	if text != "" && text != "=" { // "=" is an empty response (RFC 6120 §6.4.2)
		var err error
		if raw, err = base64.StdEncoding.DecodeString(text); err != nil {
			return "failure", "incorrect-encoding", false
		}
	}
	more, out, err := l.exchange.Step(raw)
	switch {
	case l.trouble != nil:
		l.core.log.Error("log a visitor in", "err", l.trouble)
		l.trouble = nil
		return "failure", "temporary-auth-failure", false
	case errors.Is(err, sasl.ErrAuthn):
		return "failure", "not-authorized", false
	case err != nil:
		return "failure", "malformed-request", false
	case more:
		return "challenge", base64.StdEncoding.EncodeToString(out), false
	}
	l.exchange = nil
	return "success", base64.StdEncoding.EncodeToString(out), true
}

func mechanisms() map[string]sasl.Mechanism {
	return map[string]sasl.Mechanism{
		anonymousName: {
			Name:  anonymousName,
			Start: func(*sasl.Negotiator) (bool, []byte, any, error) { return false, nil, nil, nil },
			Next:  nextAnonymous,
		},
		plainName: sasl.Plain,
	}
}

// nextAnonymous is the server's side of RFC 4505. The one of the library does
// not ask for permission.
func nextAnonymous(n *sasl.Negotiator, trace []byte, _ any) (bool, []byte, any, error) {
	if n.State()&sasl.Receiving == 0 || n.State()&sasl.StepMask != sasl.AuthTextSent || len(trace) > 255 {
		return false, nil, nil, sasl.ErrTooManySteps
	}
	if !n.Permissions() {
		return false, nil, nil, sasl.ErrAuthn
	}
	return false, nil, nil, nil
}

// permit decides: nobody has no name, so ANONYMOUS makes a new visitor.
func (l *login) permit(n *sasl.Negotiator) bool {
	name, token, asked := n.Credentials()
	if name == nil && token == nil {
		l.visitor, l.returning = l.core.NewVisitor(), false
		return true
	}
	jid := roster.VisitorJID(string(name) + "@" + l.core.opts.Domain)
	if len(asked) > 0 && string(asked) != string(jid) {
		return false
	}
	good, err := l.core.CheckToken(context.Background(), jid, string(token))
	l.visitor, l.returning, l.trouble = jid, good, err
	return good
}
