package storetest

import (
	"sync"

	"frontdesk/ledger"
)

// Gate holds the commits of a store back, so that batches gather behind one. Its
// zero value lets everything pass.
type Gate struct {
	mu   sync.Mutex
	held *hold // guarded by mu; nil: everything passes
}

// hold is one time of holding.
type hold struct {
	reached chan struct{} // a commit waits
	verdict chan error    // what it is told; closed for those that come later
}

// BeforeCommit is called by the store before each commit.
func (g *Gate) BeforeCommit() error {
	g.mu.Lock()
	held := g.held
	g.mu.Unlock()
	if held == nil {
		return nil
	}
	held.reached <- struct{}{}
	return <-held.verdict
}

// Hold makes the next commit wait.
func (g *Gate) Hold() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.held = &hold{reached: make(chan struct{}, 1), verdict: make(chan error, 1)}
}

// Reached returns when a commit waits. It is called once for each Hold.
func (g *Gate) Reached() {
	g.mu.Lock()
	held := g.held
	g.mu.Unlock()
	<-held.reached
}

// Release lets the commit that waits happen, or fail with err; all later ones
// pass.
func (g *Gate) Release(err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.held != nil {
		g.held.verdict <- err
		close(g.held.verdict)
		g.held = nil
	}
}

// Outcomes records what batches were told, in order.
type Outcomes struct {
	Order []int
	Errs  []error
}

// Of returns what is to be called with the outcome of batch n.
func (o *Outcomes) Of(n int) func(c ledger.Committed) {
	return func(c ledger.Committed) {
		o.Order = append(o.Order, n)
		o.Errs = append(o.Errs, c.Err)
	}
}
