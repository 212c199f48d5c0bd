package bosh

import (
	"time"

	"frontdesk/wire"
)

// terms are what a session has agreed on with its client (XEP-0124 §7).
type terms struct {
	opt    *Options
	domain string
	ctype  string // Content-Type of every answer
	legacy bool   // the client sent no ver
	acks   bool
	hold   int // requests held at once
	wait   time.Duration
}

// agree makes the terms of what a client asks for.
func agree(c *creation, opt *Options, domain, ctype string) terms {
	t := terms{
		opt: opt, domain: domain, ctype: ctype, legacy: c.legacy, acks: c.ack,
		hold: min(c.hold, maxHold), wait: opt.Wait,
	}
	if c.wait >= 0 {
		t.wait = min(t.wait, seconds(c.wait))
	}
	return t
}

// requests is how many requests may be open at once (XEP-0124 §7.2); hold is
// what the client asked for.
func (t *terms) requests(hold int) uint64 {
	if t.polls() {
		return 1
	}
	return uint64(max(min(hold, maxAskedHold), 1) + 1)
}

// polls reports whether every request is answered at once (XEP-0124 §12).
func (t *terms) polls() bool { return t.hold == 0 || t.wait == 0 }

// life is how long the session lives while nothing is held (XEP-0124 §10);
// pause is what the client asked for.
func (t *terms) life(pause time.Duration) time.Duration {
	switch {
	case pause > 0:
		return pause
	case t.polls():
		return t.opt.pollInactivity()
	}
	return t.opt.Inactivity
}

// silence is how long after an answer that left nothing held the link counts
// as lost.
func (t *terms) silence(pause time.Duration) time.Duration {
	if pause > 0 {
		return pause
	}
	return t.opt.SilentAfter
}

// pollInactivity is longer than inactivity by more than polling (XEP-0124 §12).
func (o *Options) pollInactivity() time.Duration {
	return max(2*o.Inactivity, o.Inactivity+o.Polling+time.Second)
}

// creationAttrs are the attributes of a creation response (XEP-0124 §7.2).
func (t *terms) creationAttrs(c *creation, sid string) string {
	b := make(bodyAttrs, 0, 400)
	b.set("sid", sid)
	b.setInt("wait", int64(t.wait/time.Second))
	b.setInt("requests", int64(t.requests(c.hold)))
	b.setInt("hold", int64(t.hold))
	b.setInt("inactivity", int64(t.life(0)/time.Second))
	b.setInt("maxpause", int64(t.opt.MaxPause/time.Second))
	b.set("from", t.domain)
	b.set("accept", "gzip")
	b.set("charsets", "UTF-8")
	if t.opt.Polling > 0 {
		b.setInt("polling", int64(t.opt.Polling/time.Second))
	}
	if !t.legacy {
		b.set("ver", c.ver.lower(ours()).String())
	}
	if t.acks {
		b.setInt("ack", int64(c.rid))
	}
	b.set("xmlns:xmpp", wire.NSXBOSH)
	b.set("xmpp:version", "1.0")
	b.set("xmpp:restartlogic", "true")
	b.set("xmlns:stream", wire.NSStreams)
	return b.String()
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
