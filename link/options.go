package link

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
	Server string // host:port of the XMPP server's component listener
	Domain string // our domain there
	Secret string // shared with the XMPP server; never logged
	// Dial connects to the server; nil dials Server over TCP.
	Dial    func(ctx context.Context) (net.Conn, error)
	Log     *slog.Logger
	Timings Timings
}

// Timings are the link's durations; zero ones take their default.
type Timings struct {
	Negotiate time.Duration // to connect and shake hands, 10s
	Prove     time.Duration // from the handshake to a proven link, 15s
	Idle      time.Duration // between barriers of an idle link, 5s
	Dead      time.Duration // without input after a barrier: the link is dead, 6s
	Write     time.Duration // one batch, 10s
	Retry     time.Duration // before the first attempt to connect again, 100ms
	RetryMax  time.Duration // between attempts, and after configuration errors, 10s
	Answer    time.Duration // for answers to requests of ours, 10s
}

// Limits of one link. A stanza is counted after escaping.
const (
	maxStanza   = 64 << 10 // bytes, the same towards the server and from it
	maxBatch    = 32 << 10 // bytes written at once, unless one stanza is longer
	maxQueue    = 1 << 17  // items that wait for the writer
	maxAnswers  = 1024     // answers that wait for the writer
	maxRequests = 4096     // requests of ours under way
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
