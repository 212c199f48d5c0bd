package desk

// outbox holds the words to agents that the XMPP server has not confirmed, in
// order. What was on a lost link is sent again on the next one with the same
// ids.
type outbox struct {
	words []Words
	sent  int // how many of them are on the present link
}

func (o *outbox) len() int { return len(o.words) }

func (o *outbox) add(w Words) { o.words = append(o.words, w) }

// next appends to batch what the window has room for.
func (o *outbox) next(batch []ToAgent) []ToAgent {
	for o.sent < len(o.words) && o.sent < OutboxWindow {
		batch = append(batch, o.words[o.sent])
		o.sent++
	}
	return batch
}

// confirm forgets everything up to a place; it tells whether there was any.
func (o *outbox) confirm(upTo int64) bool {
	n := 0
	for n < o.sent && o.words[n].Outbox <= upTo {
		n++
	}
	clear(o.words[:n])
	o.words = o.words[n:]
	o.sent -= n
	if len(o.words) == 0 {
		o.words = nil
	}
	return n > 0
}

// rewind makes everything unsent: the link is lost.
func (o *outbox) rewind() { o.sent = 0 }
