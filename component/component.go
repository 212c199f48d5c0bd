// Package component is the link to the XMPP server: frontdesk attaches to it
// as an external component (XEP-0114), speaks there for the desk, for its
// queues and for every visitor, and turns what agents' clients send into
// events of the desk.
//
// [Link] keeps one connection alive for the life of the process: it connects
// again by itself, proves with barriers that the server has taken what was
// written, and steps back when another process serves the same domain.
// [Check] tries a configuration once and explains what it finds. Contact
// lists of agents are written where the server grants it (XEP-0356).
package component

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"mellium.im/xmpp/jid"
)

// Options says where to attach and as what. It is a value; the link keeps a
// copy.
type Options struct {
	Server  string // host:port of the XMPP server's component listener
	Domain  string // our domain there
	Secret  string // shared with the XMPP server; never logged
	Name    string // shown in contact lists and service browsers; "" is "Live chat"
	Version string // of this program (XEP-0092)
	// Queues lists the desk's queues for discovery; nil means none. It is called
	// by the link's reading goroutine and may take a moment.
	Queues func() []Listing
	// Dial connects to the server; nil dials Server over TCP.
	Dial    func(ctx context.Context) (net.Conn, error)
	Log     *slog.Logger
	Timings Timings
}

// Listing is a queue as discovery shows it (XEP-0030 §4).
type Listing struct{ Name, Title string }

// Timings are the link's durations; zero ones take their default.
type Timings struct {
	Negotiate time.Duration // to connect and shake hands, 10s
	Prove     time.Duration // from the handshake to a proven link, 15s
	Idle      time.Duration // between barriers of an idle link, 5s
	Dead      time.Duration // without input after a barrier: the link is dead, 6s
	Write     time.Duration // one batch, 10s
	Retry     time.Duration // before the first attempt to connect again, 100ms
	RetryMax  time.Duration // between attempts, and after configuration errors, 10s
	Answer    time.Duration // for answers to requests, ours and the desk's, 10s
}

// Limits of one link. A stanza is counted after escaping.
const (
	maxStanza  = 64 << 10 // bytes, the same towards the server and from it
	maxBatch   = 32 << 10 // bytes written at once, unless one stanza is longer
	maxText    = 8 << 10  // bytes of a message's text
	maxQueue   = 1 << 17  // things of the desk that wait for the writer
	maxAnswers = 1024     // answers that wait for the writer
	maxAsked   = 4096     // requests of ours under way
	maxLooks   = 1024     // requests about visitors at the desk
	maxHosts   = 64       // hosts that announced privileges
	maxKnown   = 1 << 16  // names told, senders refused
)

// ErrInvalid is wrapped by errors about impossible [Options].
var ErrInvalid = errors.New("impossible component option")

// complete checks the options and fills in the defaults.
func (o Options) complete() (Options, error) {
	domain, err := jid.Parse(o.Domain)
	switch {
	case err != nil:
		return o, fmt.Errorf("domain %q: %w: %w", o.Domain, ErrInvalid, err)
	case domain.Domainpart() != o.Domain:
		return o, fmt.Errorf("domain %q must be a plain lower-case domain: %w", o.Domain, ErrInvalid)
	case o.Secret == "":
		return o, fmt.Errorf("the secret is empty: %w", ErrInvalid)
	}
	if o.Name == "" {
		o.Name = "Live chat"
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Dial == nil {
		o.Dial = o.dialTCP
	}
	o.Timings = o.Timings.complete()
	return o, nil
}

func (t Timings) complete() Timings {
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&t.Negotiate, 10 * time.Second},
		{&t.Prove, 15 * time.Second},
		{&t.Idle, 5 * time.Second},
		{&t.Dead, 6 * time.Second},
		{&t.Write, 10 * time.Second},
		{&t.Retry, 100 * time.Millisecond},
		{&t.RetryMax, 10 * time.Second},
		{&t.Answer, 10 * time.Second},
	} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	return t
}
