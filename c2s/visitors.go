package c2s

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"frontdesk/roster"
)

// visitor is a visitor with at least one tab.
type visitor struct {
	jid    roster.VisitorJID
	home   *visitors
	tabs   []*tab       // guarded by the home's mutex
	tenure atomic.Int64 // see linger
	pace   *pace
}

// linger is how long a session outlives a lost link because of an open chat.
func (v *visitor) linger() time.Duration { return time.Duration(v.tenure.Load()) }

// renames tells whether nick is another name than the one the visitor had
// (XEP-0172), cleaned, and notes it.
func (v *visitor) renames(nick string) (name string, fresh bool) {
	name = cleanName(nick)
	return name, name != "" && v.pace.rename(name)
}

func (v *visitor) taken(resource string) bool {
	return slices.ContainsFunc(v.tabs, func(t *tab) bool { return t.resource == resource })
}

// visitors are all who are here, with their tabs. Its lock may be taken inside
// that of a tab, but not the other way round.
type visitors struct {
	mu       sync.Mutex
	by       map[roster.VisitorJID]*visitor
	resuming map[string]*tab // tabs that can be resumed, by the id of XEP-0198
	awaited  atomic.Int64    // tabs without a stream, kept for a resumption
}

// register makes t a tab of its visitor. A resource that is missing or taken is
// replaced by one of ours (RFC 6120 §7.6).
func (all *visitors) register(t *tab, jid roster.VisitorJID, resource string) {
	all.mu.Lock()
	defer all.mu.Unlock()
	v := all.by[jid]
	if v == nil {
		v = &visitor{jid: jid, home: all, pace: newPace(t.core.opts)}
		all.by[jid] = v
	}
	if resource == "" || v.taken(resource) {
		resource = "tab-" + randomName(8)
	}
	t.visitor, t.resource, t.jid = v, resource, string(jid)+"/"+resource
	v.tabs = append(slices.Grow(v.tabs, 1), t) // most have one
}

// forget drops a tab that has ended; idempotent.
func (all *visitors) forget(t *tab, resumption string) {
	all.mu.Lock()
	defer all.mu.Unlock()
	delete(all.resuming, resumption)
	t.visitor.tabs = slices.DeleteFunc(t.visitor.tabs, func(other *tab) bool { return other == t })
	if len(t.visitor.tabs) == 0 && all.by[t.visitor.jid] == t.visitor {
		delete(all.by, t.visitor.jid)
	}
}

// find returns a visitor; nil when there is none of that address.
func (all *visitors) find(jid roster.VisitorJID) *visitor {
	all.mu.Lock()
	defer all.mu.Unlock()
	return all.by[jid]
}

// tabsOf returns the tabs of a visitor.
func (all *visitors) tabsOf(jid roster.VisitorJID) []*tab {
	all.mu.Lock()
	defer all.mu.Unlock()
	if v := all.by[jid]; v != nil {
		return slices.Clone(v.tabs)
	}
	return nil
}

// tabs returns all there are.
func (all *visitors) tabs() []*tab {
	all.mu.Lock()
	defer all.mu.Unlock()
	tabs := make([]*tab, 0, len(all.by))
	for _, v := range all.by {
		tabs = append(tabs, v.tabs...)
	}
	return tabs
}

func (all *visitors) count() int {
	all.mu.Lock()
	defer all.mu.Unlock()
	return len(all.by)
}

// offer lets a tab be resumed by that id.
func (all *visitors) offer(id string, t *tab) {
	all.mu.Lock()
	defer all.mu.Unlock()
	all.resuming[id] = t
}

// resumable finds a tab by the id of its resumption; nil when there is none.
func (all *visitors) resumable(id string) *tab {
	all.mu.Lock()
	defer all.mu.Unlock()
	return all.resuming[id]
}
