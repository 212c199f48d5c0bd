package link

import (
	"context"
	"fmt"
	"time"

	"frontdesk/wire"
)

// request gives a get or set its sender and an id, and returns the stanza.
func (c *Conn) request(q wire.IQ, reply Reply) []byte {
	q.From = c.opts.Domain
	q.ID = c.requests.add(q.To, time.Now().Add(c.opts.Timings.Answer), reply)
	return wire.AppendIQ(nil, wire.NSAccept, &q)
}

// ask sends a get and waits for the payload of its answer. Neither the reader
// nor the writer may call it.
func (c *Conn) ask(ctx context.Context, to string, payload *wire.Element) (*wire.Element, error) {
	type outcome struct {
		answer wire.IQ
		err    error
	}
	got := make(chan outcome, 1)
	get := wire.IQ{Header: wire.Header{To: to, Type: "get"}, Payload: payload}
	c.Answer(c.request(get, func(answer wire.IQ, err error) { got <- outcome{answer, err} }))
	select {
	case o := <-got:
		switch {
		case o.err != nil:
			return nil, o.err
		case o.answer.Error != nil:
			return nil, fmt.Errorf("%s answers %s", to, o.answer.Error.Condition)
		case o.answer.Payload == nil:
			return nil, fmt.Errorf("%s answers nothing", to)
		}
		return o.answer.Payload, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
