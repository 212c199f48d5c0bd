package desk

import (
	"cmp"
	"slices"

	"frontdesk/roster"
)

// OutboxWindow is how many unconfirmed [Words] may be on the link.
const OutboxWindow = 4096

// outbox holds the words to agents that the XMPP server has not confirmed, in
// the order of their numbers. What was on a lost link is sent again on the next
// one with the same ids.
type outbox struct {
	words []waitingWords
	first int // the oldest that waits; those before are done
	sent  int // the first that is not on the present link
	open  int // how many wait
}

type waitingWords struct {
	number int64
	words  Effect // [Words]; nil: confirmed, or not to be sent
}

// to is whom they are for.
func (w waitingWords) to() roster.Contact {
	words, _ := w.words.(Words)
	return roster.Contact{Agent: words.Agent, Visitor: words.Visitor}
}

// run is a range of numbers, both ends with it.
type run struct{ From, UpTo int64 }

func (o *outbox) len() int { return o.open }

// add puts [Words] with their number in.
func (o *outbox) add(number int64, words Effect) {
	o.words = append(o.words, waitingWords{number, words})
	o.open++
}

// ready tells whether the window has room for something that is not on the link.
func (o *outbox) ready() bool { return o.sent < len(o.words) && o.sent-o.first < OutboxWindow }

// next appends to effects what the window has room for.
func (o *outbox) next(effects []Effect) []Effect {
	for o.ready() {
		if w := o.words[o.sent]; w.words != nil {
			effects = append(effects, w.words)
		}
		o.sent++
	}
	return effects
}

// confirm forgets the words that have one of these numbers. It returns their
// numbers in runs, and those that are not of words.
func (o *outbox) confirm(numbers []int64) (words []run, others []int64) {
	for _, n := range numbers {
		if _, ok := o.drop(n); !ok {
			others = append(others, n)
			continue
		}
		if last := len(words) - 1; last >= 0 && words[last].UpTo == n-1 {
			words[last].UpTo = n
		} else {
			words = append(words, run{n, n})
		}
	}
	return words, others
}

// drop takes out the words with a number; it returns whom they were for.
func (o *outbox) drop(number int64) (roster.Contact, bool) {
	i, found := slices.BinarySearchFunc(o.words[o.first:], number, func(w waitingWords, n int64) int {
		return cmp.Compare(w.number, n)
	})
	i += o.first
	if !found || o.words[i].words == nil {
		return roster.Contact{}, false
	}
	to := o.words[i].to()
	o.words[i].words = nil
	o.open--
	for o.first < len(o.words) && o.words[o.first].words == nil {
		o.first++
	}
	o.sent = max(o.sent, o.first)
	o.tidy()
	return to, true
}

// tidy moves what is left to the front, now and then.
func (o *outbox) tidy() {
	if 2*o.first < len(o.words) {
		return
	}
	n := copy(o.words, o.words[o.first:])
	clear(o.words[n:])
	o.words = o.words[:n]
	o.first, o.sent = 0, o.sent-o.first
}

// retract takes out what is not on the link yet and meant for one contact.
func (o *outbox) retract(c roster.Contact) {
	kept := o.words[:o.sent]
	for _, w := range o.words[o.sent:] {
		if w.words == nil || w.to() != c {
			kept = append(kept, w)
		} else {
			o.open--
		}
	}
	clear(o.words[len(kept):])
	o.words = kept
}

// rewind makes everything unsent: the link is lost.
func (o *outbox) rewind() { o.sent = o.first }
