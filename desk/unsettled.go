package desk

import (
	"slices"
	"time"

	"frontdesk/ledger"
	"frontdesk/roster"
)

// Limits of what is kept for visitors who do not fetch it.
const (
	maxUnsettled      = 200      // messages of one visitor
	maxUnsettledBytes = 64 << 10 // the same in bytes of text
	maxKept           = 10_000   // visitors without a chat who have messages to fetch
)

// unsettled are the messages to one visitor that no transport has confirmed, in
// order.
type unsettled struct {
	entries []ledger.Entry
	bytes   int // of text
}

// fits tells whether one more message may be kept. One alone always may.
func (u *unsettled) fits(text string) bool {
	return len(u.entries) == 0 || len(u.entries) < maxUnsettled && u.bytes+len(text) <= maxUnsettledBytes
}

// put keeps an entry.
func (u *unsettled) put(e ledger.Entry) {
	u.entries, u.bytes = append(u.entries, e), u.bytes+len(e.Text)
}

// settle takes an entry out: it has reached the visitor.
func (u *unsettled) settle(seq int64) (ledger.Entry, bool) {
	for i, e := range u.entries {
		if e.Seq != seq {
			continue
		}
		if i == 0 {
			u.entries = u.entries[1:]
		} else {
			u.entries = slices.Delete(u.entries, i, i+1)
		}
		u.bytes -= len(e.Text)
		return e, true
	}
	return ledger.Entry{}, false
}

// drop takes out all and returns their numbers.
func (u *unsettled) drop() []int64 {
	var seqs []int64
	for _, e := range u.entries {
		seqs = append(seqs, e.Seq)
	}
	*u = unsettled{}
	return seqs
}

// kept are the visitors who have messages to fetch after their chat, in the
// order in which that ends.
type kept []keptVisitor

type keptVisitor struct {
	jid   roster.VisitorJID
	until time.Time
}

// add keeps a visitor's messages until an instant.
func (k *kept) add(jid roster.VisitorJID, until time.Time) {
	*k = append(*k, keptVisitor{jid, until})
}

// expired takes out the first whose time is over, or who is one too many.
func (k *kept) expired(now time.Time) (keptVisitor, bool) {
	if len(*k) == 0 || len(*k) <= maxKept && now.Before((*k)[0].until) {
		return keptVisitor{}, false
	}
	first := (*k)[0]
	*k = (*k)[1:]
	return first, true
}

// next is when the first of them ends; the zero time when there is none.
func (k kept) next() time.Time {
	if len(k) == 0 {
		return time.Time{}
	}
	return k[0].until
}
