package c2s

import (
	"log/slog"
	"time"
)

// Options are the rules of a [Hub]. For what has a default here 0 means the
// default, and a negative rate no limit.
type Options struct {
	Domain  string // ours; never a constant, there may be several desks
	Name    string // of the software (XEP-0092); default "frontdesk"
	Version string

	OfflineAfter time.Duration // from a lost link to the tab's `unavailable`
	ResumeTTL    time.Duration // life of a resume token after its last use
	LoginWithin  time.Duration // from open to bind; default 30 s
	ResumeWithin time.Duration // life of a stream without a link (XEP-0198); default 60 s

	MessageRate  float64 // messages a visitor may send per second; default 5
	MessageBurst int     // default 10
	KeepQuery    bool    // agents see the query part of visitors' page addresses

	Log *slog.Logger
}

// What a stream may hold; beyond it requests are refused.
const (
	maxText        = 8 << 10  // bytes of a message's text
	maxFailures    = 3        // logins
	maxOutstanding = 256      // requests of one tab that the desk has not answered
	maxLag         = 200      // deliveries that a tab has not confirmed
	maxLagBytes    = 64 << 10 // the same in bytes
	maxResource    = 128      // bytes of a resource; a longer one is replaced
	storeWithin    = 10 * time.Second
	coalesce       = 250 * time.Millisecond // changes of the directory
)

func (o Options) withDefaults() Options {
	if o.Name == "" {
		o.Name = "frontdesk"
	}
	if o.LoginWithin == 0 {
		o.LoginWithin = 30 * time.Second
	}
	if o.ResumeWithin == 0 {
		o.ResumeWithin = time.Minute
	}
	if o.MessageRate == 0 {
		o.MessageRate = 5
	}
	if o.MessageBurst == 0 {
		o.MessageBurst = 10
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}
