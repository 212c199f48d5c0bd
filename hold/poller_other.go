//go:build !linux

package hold

// poller needs epoll; elsewhere nothing is parked.
type poller struct{}

func newPoller() *poller { return nil }

func (*poller) add(*Exchange) bool      { return false }
func (*poller) watch(*Exchange) bool    { return false }
func (*poller) watchEnd(*Exchange) bool { return false }
func (*poller) remove(*Exchange)        {}
func (*poller) all() []*Exchange        { return nil }
func (*poller) close()                  {}
