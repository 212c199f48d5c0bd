// Package queue is who waits and who is next: the line, the pick, the order.
//
// It is pure: no I/O, no clock, no goroutine.
package queue

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Strategy is how the next agent is chosen.
type Strategy string

// The strategies.
const (
	LeastLoaded Strategy = "least_loaded" // lowest load, then longest idle
	RoundRobin  Strategy = "round_robin"  // longest since her last assignment
)

// Queue is what visitors write to: a room with agents behind it.
type Queue struct {
	Name       string        // localpart of its address
	Title      string        // what people read; "" means Name
	Strategy   Strategy      // "" means LeastLoaded
	Grace      time.Duration // 0: the default
	MaxWaiting int           // 0: the default
	Closed     bool          // takes no new chats
}

// Check tells what is wrong with a queue by itself, and the remedy.
func (q Queue) Check() error {
	switch {
	case q.Name == "" || strings.Trim(q.Name, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "":
		return fmt.Errorf("queue name %q; use a-z, 0-9, \"-\", \"_\" and \".\"", q.Name)
	case strings.HasPrefix(q.Name, "visitor-"):
		return fmt.Errorf("queue name %q; names of visitors begin like this", q.Name)
	case q.Strategy != "" && q.Strategy != LeastLoaded && q.Strategy != RoundRobin:
		return fmt.Errorf("strategy %q; use %s or %s", q.Strategy, LeastLoaded, RoundRobin)
	case q.Grace < 0 || q.MaxWaiting < 0:
		return errors.New("a negative limit; 0 means the default")
	}
	return nil
}

// Patch changes the fields that are not nil.
type Patch struct {
	Title      *string
	Strategy   *Strategy
	Grace      *time.Duration
	MaxWaiting *int
	Closed     *bool
}

// Apply returns the queue with the changes.
func (p Patch) Apply(q Queue) Queue {
	if p.Title != nil {
		q.Title = *p.Title
	}
	if p.Strategy != nil {
		q.Strategy = *p.Strategy
	}
	if p.Grace != nil {
		q.Grace = *p.Grace
	}
	if p.MaxWaiting != nil {
		q.MaxWaiting = *p.MaxWaiting
	}
	if p.Closed != nil {
		q.Closed = *p.Closed
	}
	return q
}
