package link

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"frontdesk/wire"
)

// read takes stanzas from the stream until it ends.
func (c *Conn) read() error {
	framer := wire.NewFramer(c.in, maxStanza)
	for {
		raw, err := framer.Next()
		var bad *wire.Error
		switch {
		case errors.As(err, &bad) && bad.Kind == wire.TooBig:
			c.count.in.Add(1)
			c.skip("stanza over the limit", err)
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
func (c *Conn) stanza(raw []byte) (err error) {
	defer func() {
		if r := recover(); r != nil {
			c.count.panics.Add(1)
			c.log.Error("panic over a stanza", "err", r, "stack", string(debug.Stack()))
		}
	}()
	e, err := wire.ParseLink(raw)
	if err != nil {
		c.skip("stanza cannot be read", err)
		return nil
	}
	switch e.Name {
	case wire.Name{Space: wire.NSStreams, Local: "error"}:
		return readStreamError(e)
	case wire.Name{Space: wire.NSClient, Local: "message"}, wire.Name{Space: wire.NSClient, Local: "presence"}:
		c.receiver.Stanza(e)
	case wire.Name{Space: wire.NSClient, Local: "iq"}:
		return c.iq(e)
	default:
		c.skip("not a stanza", nil)
	}
	return nil
}

// iq keeps barriers and the answers to our requests for itself. Both are known
// by their headers, whatever is wrong with the rest.
func (c *Conn) iq(e *wire.Element) error {
	q, _ := wire.ReadIQ(e)
	if id, ok := c.barrierID(&q); ok {
		return c.barrierReturned(id)
	}
	if q.Type == "result" || q.Type == "error" {
		c.requests.take(q)
		return nil
	}
	c.receiver.Stanza(e)
	return nil
}

// skip counts a stanza that is skipped.
func (c *Conn) skip(reason string, err error) {
	c.count.odd.Add(1)
	c.log.Debug("stanza skipped", "reason", reason, "err", err)
}
