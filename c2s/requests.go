package c2s

import (
	"sync"

	"frontdesk/desk"
)

// requests are what the desk has not answered yet.
type requests struct {
	mu      sync.Mutex
	last    uint64
	waiting map[uint64]func(desk.Answer)
}

// add returns the number by which answered will be found.
func (r *requests) add(answered func(desk.Answer)) uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last++
	r.waiting[r.last] = answered
	return r.last
}

// answer answers a request, once. It may outlive its tab.
func (r *requests) answer(number uint64, a desk.Answer) {
	r.mu.Lock()
	answered := r.waiting[number]
	delete(r.waiting, number)
	r.mu.Unlock()
	if answered != nil {
		answered(a)
	}
}
