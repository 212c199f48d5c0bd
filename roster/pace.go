package roster

import "time"

// Pace bounds how often somebody may do something: a bucket of tokens, which
// fills again as time passes. It is not safe for concurrent use.
type Pace struct {
	rate, burst float64
	tokens      float64
	last        time.Time
}

// NewPace returns a full bucket: burst times at once, rate times a second for
// long. A rate of 0 or less is no bound.
func NewPace(rate float64, burst int) Pace {
	return Pace{rate: rate, burst: float64(burst), tokens: float64(burst)}
}

// Unbounded tells whether everything passes.
func (p *Pace) Unbounded() bool { return p.rate <= 0 }

// Take tells whether it may be done now, and counts it then.
func (p *Pace) Take(now time.Time) bool {
	if p.Unbounded() {
		return true
	}
	if !p.last.IsZero() {
		p.tokens = min(p.burst, p.tokens+p.rate*now.Sub(p.last).Seconds())
	}
	p.last = now
	if p.tokens < 1 {
		return false
	}
	p.tokens--
	return true
}

// Quiet tells whether nothing was asked for since then.
func (p *Pace) Quiet(since time.Time) bool { return p.last.Before(since) }
