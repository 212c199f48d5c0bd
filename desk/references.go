package desk

import (
	"slices"

	"frontdesk/ledger"
)

// maxReferences is how many messages of a chat can be referred to.
const maxReferences = 256

// references are the latest messages of a chat, for those that refer to one:
// receipts (XEP-0184), markers (XEP-0333) and corrections (XEP-0308).
type references struct {
	latest []reference
	bytes  int // of all text, the forgotten too
}

type reference struct {
	seq    int64
	id     string // outward
	ref    string // its sender's
	author ledger.Author
	wants  bool // a receipt
}

// remember keeps what references to a message need.
func (r *references) remember(e ledger.Entry) {
	if len(r.latest) >= maxReferences {
		r.latest = slices.Delete(r.latest, 0, maxReferences/4)
	}
	r.latest = append(r.latest, reference{e.Seq, e.ID, e.Ref, e.Author, e.WantReceipt})
	r.bytes += len(e.Text)
}

// byRef finds a message by its sender's id.
func (r *references) byRef(author ledger.Author, ref string) (reference, bool) {
	return r.find(ref, func(x reference) bool { return x.author == author && x.ref == ref })
}

// byID finds it by ours.
func (r *references) byID(author ledger.Author, id string) (reference, bool) {
	return r.find(id, func(x reference) bool { return x.author == author && x.id == id })
}

func (r *references) find(name string, is func(reference) bool) (reference, bool) {
	if name == "" {
		return reference{}, false
	}
	for _, x := range slices.Backward(r.latest) {
		if is(x) {
			return x, true
		}
	}
	return reference{}, false
}
