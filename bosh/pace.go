package bosh

// pace is how fast new requests come.
type pace struct {
	lastNew   instant // arrival of the last new request
	lastEmpty bool    // the last new request was empty and its reply too
	strikes   int     // early polls
	strikeAt  instant // the first of them
}

// overactive applies the rules of XEP-0124 §11 and §12 to a new request.
// Requests whose connection is gone do not count: a page change leaves them
// behind. A poll that a later request overtook was not early: two connections
// keep no order.
func (p *pace) overactive(r *request, w *window, t *terms, now instant) bool {
	if r.control() {
		return false
	}
	early := t.opt.Polling > 0 && now-p.lastNew < instant(t.opt.Polling)
	afterEmpty := p.lastEmpty
	p.lastNew, p.lastEmpty = now, r.empty()
	open, overtaken := uint64(1), false
	for _, sl := range w.slots {
		if sl.live() && !sl.control {
			open++
		}
		overtaken = overtaken || sl.rid > r.rid
	}
	switch {
	case open > w.size:
		return true
	case !early || !r.empty():
		return false
	case t.polls():
		return afterEmpty
	}
	return open == w.size && !overtaken && p.strike(now, t.opt.Strict)
}

// strike counts early polls; a few are forgiven, since clients exist that poll
// after every response while another request is open.
func (p *pace) strike(now instant, strict bool) bool {
	if p.strikes == 0 || now-p.strikeAt >= strikeSpan {
		p.strikes, p.strikeAt = 0, now
	}
	p.strikes++
	return strict || p.strikes >= maxStrikes
}
