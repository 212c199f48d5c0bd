package bosh

import (
	"net"

	"golang.org/x/sys/unix"
)

// States of a TCP connection as Linux counts them (RFC 9293 §3.3.2).
const (
	tcpEstablished = 1
	tcpCloseWait   = 8 // the peer has ended its half
)

// allTaken reports whether the peer's kernel has acknowledged all that was
// written, and the connection is whole (tcp(7), TCP_INFO).
func allTaken(c *net.TCPConn) bool {
	raw, err := c.SyscallConn()
	if err != nil {
		return false
	}
	taken := false
	err = raw.Control(func(fd uintptr) {
		state, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
		taken = err == nil && (state.State == tcpEstablished || state.State == tcpCloseWait) &&
			state.Unacked == 0 && state.Notsent_bytes == 0
	})
	return err == nil && taken
}
