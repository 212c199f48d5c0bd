//go:build bench

package bench_test

import (
	"sync"
	"testing"
	"time"

	"frontdesk/internal/peers"
)

// group is visitors who go at one moment, in one way.
type group struct {
	leaving

	who   []string
	pages []*peers.Browser
	gone  []time.Time // one for each, or one for all
}

// together takes the ways that are seen late, all visitors beside each other.
func together(t *testing.T, f *floor, count int) []leaving {
	direct := peers.NewRelay(t, f.desk.HTTPAddr)
	proxied := peers.NewRelay(t, peers.Nginx(t, "../contrib/nginx.conf", f.desk.HTTPAddr))
	left, stopped := peers.Chromium(t), peers.Chromium(t)
	var away, frozen, dark []*group
	var returning [][]peers.Token
	for _, over := range transports() {
		away = append(away, f.pages(t, left, leaving{way: "navigation, the page does nothing", over: over, aim: quick}, count))
		frozen = append(frozen, f.pages(t, stopped, leaving{way: "browser stands still (SIGSTOP)", over: over, aim: slow}, count))
	}
	for _, over := range transports() {
		g, tokens := f.connect(t, leaving{way: "power cut", over: over, aim: slow}, direct.Addr, count)
		dark, returning = append(dark, g), append(returning, tokens)
	}
	for _, over := range transports() {
		g, _ := f.connect(t, leaving{way: "power cut, behind nginx", over: over, aim: slow}, proxied.Addr, count)
		dark = append(dark, g)
	}
	for _, g := range away {
		for _, page := range g.pages {
			g.gone = append(g.gone, time.Now())
			page.Open("about:blank")
		}
	}
	refresh(f, frozen)
	now := time.Now()
	stopped.Pause()
	direct.Cut()
	proxied.Cut()
	for _, g := range append(frozen, dark...) {
		g.gone = []time.Time{now}
	}
	all := append(append(away, frozen...), dark...)
	f.collect(t, all)
	for i, over := range transports() {
		t.Run("return over "+over, func(t *testing.T) { f.comeBack(t, over, returning[i]) })
	}
	rows := make([]leaving, len(all))
	for i, g := range all {
		rows[i] = g.leaving
	}
	return rows
}

// pages opens visitors' pages that share no connections.
func (f *floor) pages(t *testing.T, b *peers.Browser, l leaving, count int) *group {
	t.Helper()
	g := &group{leaving: l}
	for range count {
		page := b.Private(t)
		g.who = append(g.who, f.arrive(t, page, l.over, plain))
		g.pages = append(g.pages, page)
	}
	return g
}

// refresh lets the agent say something to every visitor of the groups, so that
// each of them begins a new wait, the longest there is before the desk notices.
func refresh(f *floor, groups []*group) {
	for _, g := range groups {
		for _, me := range g.who {
			f.alice.Say(me, anotherWord)
		}
	}
	for _, g := range groups {
		for _, page := range g.pages {
			f.settle(page, anotherWord)
		}
	}
}

// collect waits for the agent to be told of everybody.
func (f *floor) collect(t *testing.T, groups []*group) {
	var work sync.WaitGroup
	for _, g := range groups {
		work.Go(func() {
			for i, me := range g.who {
				g.add(f.noticed(t.Context(), me, g.gone[min(i, len(g.gone)-1)]))
			}
		})
	}
	work.Wait()
}
