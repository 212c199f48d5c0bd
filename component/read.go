package component

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"frontdesk/wire"
)

// read takes stanzas from the stream until it ends.
func (c *conn) read() error {
	framer := wire.NewFramer(c.in, maxStanza)
	for {
		raw, err := framer.Next()
		var bad *wire.Error
		switch {
		case errors.As(err, &bad) && bad.Kind == wire.TooBig:
			c.count.in.Add(1)
			c.odd("stanza over the limit", err)
			continue
		case errors.As(err, &bad):
			return fmt.Errorf("%w: %w", errNotXML, err)
		case errors.Is(err, os.ErrDeadlineExceeded) && !c.proven.Load():
			return errUnproven
		case errors.Is(err, os.ErrDeadlineExceeded):
			return errSilent
		case err != nil:
			return fmt.Errorf("read from the XMPP server: %w", err)
		}
		c.count.in.Add(1)
		if err := c.stanza(raw); err != nil {
			return err
		}
	}
}

// stanza carries out one stanza. What is wrong with it stays with it: only a
// stream error and a rival end the link.
func (c *conn) stanza(raw []byte) (err error) {
	defer func() {
		if r := recover(); r != nil {
			c.count.panics.Add(1)
			c.log.Error("panic over a stanza", "err", r, "stack", string(debug.Stack()))
		}
	}()
	e, err := wire.ParseLink(raw)
	if err != nil {
		c.odd("stanza cannot be read", err)
		return nil
	}
	switch e.Name {
	case wire.Name{Space: wire.NSStreams, Local: "error"}:
		return readStreamError(e)
	case wire.Name{Space: wire.NSClient, Local: "message"}:
		c.message(e)
	case wire.Name{Space: wire.NSClient, Local: "presence"}:
		c.presence(e)
	case wire.Name{Space: wire.NSClient, Local: "iq"}:
		return c.iq(e)
	default:
		c.odd("not a stanza", nil)
	}
	return nil
}

// odd counts a stanza that is skipped.
func (c *conn) odd(what string, err error) {
	c.count.odd.Add(1)
	c.log.Debug("stanza skipped", "reason", what, "err", err)
}

// ours tells whether a stanza is for our domain and from somebody else, and
// cuts its addresses.
func (c *conn) ours(h wire.Header) (from, to address, ok bool) {
	from, to = split(h.From), split(h.To)
	if to.domain != c.opts.Domain || from.domain == "" || from.domain == c.opts.Domain {
		c.odd("address not expected", nil)
		return from, to, false
	}
	return from, to, true
}

// returned takes a barrier that came back to our domain, ours or another
// process's.
func (c *conn) returned(id barrierID) error {
	switch {
	case id.started == c.barriers.started && id.nonce == c.barriers.nonce:
		return c.confirm(id.number)
	case id.started == c.barriers.started:
		return nil // of an earlier connection of this process
	case id.started < c.barriers.started:
		return errRival
	}
	c.count.foreign.Add(1)
	if !c.alarmed {
		c.alarmed = true
		c.log.Warn("another process serves our domain; it is the younger and has to go", "domain", c.opts.Domain)
	}
	return nil
}
