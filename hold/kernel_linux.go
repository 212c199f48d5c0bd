package hold

import (
	"net"

	"golang.org/x/sys/unix"
)

// States of a TCP connection as Linux counts them (RFC 9293 §3.3.2).
const (
	tcpEstablished = 1
	tcpCloseWait   = 8 // the peer has ended its half
)

// kernelTells says that askKernel knows more than nothing.
const kernelTells = true

// askKernel reports whether the connection is open on both sides, and whether
// the peer's kernel has taken all that was written and reset nothing (tcp(7),
// TCP_INFO). What cannot be known is open and not taken.
func askKernel(c *net.TCPConn) (open, taken bool) {
	raw, err := c.SyscallConn()
	if err != nil {
		return true, false
	}
	open = true
	_ = raw.Control(func(fd uintptr) { // an error: closed, not asked
		state, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
		if err != nil {
			return
		}
		open = state.State == tcpEstablished
		taken = (open || state.State == tcpCloseWait) && state.Unacked == 0 && state.Notsent_bytes == 0
	})
	return open, taken
}
