//go:build !linux

package bosh

// poller needs epoll; elsewhere nothing is parked.
type poller struct{}

func newPoller(*lot) *poller { return nil }

func (*poller) add(*spot) bool      { return false }
func (*poller) watch(*spot) bool    { return false }
func (*poller) watchEnd(*spot) bool { return false }
func (*poller) remove(*spot)        {}
func (*poller) all() []*spot        { return nil }
func (*poller) close()              {}
