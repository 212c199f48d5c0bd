package c2s

import (
	"errors"
	"strconv"
	"strings"

	"mellium.im/xmpp/jid"

	"frontdesk/wire"
)

// inbound is one stanza of a visitor. Whoever takes it calls settled.
type inbound struct {
	*tab
	settled func()
}

// unreadable answers a stanza that wire refused. One whose header cannot be
// trusted ends the stream.
func (in inbound) unreadable(local string, h wire.Header, err error) error {
	var refused *wire.Error
	if !errors.As(err, &refused) || refused.Kind != wire.BadStanza {
		return &StreamError{"policy-violation", "stanza over a limit"}
	}
	in.fail(local, h, badRequest())
	in.settled()
	return nil
}

// touch is a return of a visitor who had said `unavailable`.
func (in inbound) touch() {
	in.mu.Lock()
	left := in.live.left
	in.mu.Unlock()
	if left {
		in.happens(event{kind: visitorSpoke})
	}
}

// answers takes a stanza that answers a ping of ours; it is nothing else.
func (in inbound) answers(q *wire.IQ) bool {
	number, ours := strings.CutPrefix(q.ID, pingID)
	if !ours {
		return false
	}
	n, _ := strconv.ParseUint(number, 10, 64) // what is no number is no ping's
	in.mu.Lock()
	if in.on.socket != nil {
		in.step(event{kind: pageAnswered, n: n})
	}
	in.mu.Unlock()
	in.conclude()
	return true
}

// isFrom tells whether from is the bare or the full address of the tab.
func (t *tab) isFrom(from string) bool {
	if from == "" || from == t.jid || from == string(t.visitor.jid) {
		return true
	}
	address, err := jid.Parse(from)
	if err != nil {
		return false
	}
	domain, err := normalDomain(address.Domainpart())
	return err == nil && domain == t.core.domain && address.Localpart() == t.visitor.jid.Local() &&
		(address.Resourcepart() == "" || address.Resourcepart() == t.resource)
}
