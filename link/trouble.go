package link

import (
	"errors"
	"fmt"
	"io"
	"os"

	"mellium.im/xmpp/stream"

	"frontdesk/wire"
)

// Reasons for which a link ends, besides stream errors and errors of the
// network.
var (
	errSilent   = errors.New("the server did not answer in time")
	errRival    = errors.New("another process serves our domain and is older")
	errSplit    = errors.New("stanzas to our domain went elsewhere: another process serves it")
	errUnproven = errors.New("our own stanzas did not come back in time")
	errOverflow = errors.New("too many stanzas wait for the server")
	errNotXML   = errors.New("the server sent what is not XML")
)

// streamError is a stream error (RFC 6120 §4.9) of the server.
type streamError struct{ condition, text string }

func (e streamError) Error() string {
	if e.text == "" {
		return "stream error " + e.condition
	}
	return fmt.Sprintf("stream error %s (%q)", e.condition, e.text)
}

func readStreamError(e *wire.Element) streamError {
	s := streamError{condition: "undefined-condition"}
	for _, child := range e.Elements() {
		switch {
		case child.Name.Space != wire.NSStreamErr:
		case child.Name.Local == "text":
			s.text = child.Text()
		default:
			s.condition = child.Name.Local
		}
	}
	return s
}

// trouble is the reason of a lost or refused link in words for the admin.
type trouble struct {
	what   string
	remedy string
	slow   bool // only the admin can end it: ask rarely
	rival  bool // another process serves our domain
}

// explain turns the error that ended a link into words.
func explain(err error) trouble {
	if theirs, ok := errors.AsType[stream.Error](err); ok {
		err = streamError{condition: theirs.Err}
	}
	var s streamError
	switch {
	case errors.As(err, &s):
		t := explainStream(s.condition)
		t.what = s.Error()
		return t
	case errors.Is(err, errRival), errors.Is(err, errSplit):
		return trouble{err.Error(), "stop the other process; this one tries again by itself", true, true}
	case errors.Is(err, errUnproven):
		return trouble{what: err.Error(), remedy: "see whether another process serves the domain, or the XMPP server hangs"}
	case errors.Is(err, errSilent), errors.Is(err, os.ErrDeadlineExceeded):
		return trouble{what: errSilent.Error(), remedy: "see whether the XMPP server hangs or the network drops packets"}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return trouble{what: "the server closed the connection", remedy: "none while the XMPP server restarts; else see its log"}
	}
	return trouble{what: err.Error(), remedy: "see whether the XMPP server runs and listens for components at this address"}
}

// explainStream says what a stream error means for a component.
func explainStream(condition string) trouble {
	switch condition {
	case "not-authorized":
		return trouble{remedy: "give [xmpp] secret the value that the XMPP server has for this domain; ejabberd says the same for a domain that it does not know", slow: true}
	case "host-unknown", "host-gone":
		return trouble{remedy: "configure the domain as a component of the XMPP server, and not as a host of its own", slow: true}
	case "conflict":
		return trouble{remedy: "stop the other process on this domain; after a broken connection the server lets go of the old one by itself", rival: true}
	case "policy-violation", "resource-constraint":
		return trouble{remedy: "raise the server's limits for components (stanza size, rate)", slow: true}
	case "system-shutdown", "reset", "see-other-host":
		return trouble{remedy: "none: the server restarts"}
	case "invalid-from", "improper-addressing":
		return trouble{remedy: "this is a fault of frontdesk or a changed domain: please report it"}
	case "not-well-formed", "invalid-xml", "bad-format", "restricted-xml", "invalid-namespace":
		return trouble{remedy: "the server could not read a stanza; when it was about size raise its limit, else please report it"}
	case "connection-timeout":
		return trouble{remedy: "see whether the network drops packets"}
	case "internal-server-error":
		return trouble{remedy: "see the XMPP server's log", slow: true}
	}
	return trouble{remedy: "see the XMPP server's log"}
}
