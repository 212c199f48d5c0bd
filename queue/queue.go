// Package queue is who waits and who is next: the line, the pick, the order.
//
// It is pure: no I/O, no clock, no goroutine.
package queue

import (
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
