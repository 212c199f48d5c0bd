package peers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Network is another computer as far as TCP can tell: a network namespace
// (network_namespaces(7)) on a cable (veth(4)) to ours, with a kernel's own
// answers. It needs root with CAP_NET_ADMIN and CAP_SYS_ADMIN. All methods may
// be called at any time by anybody.
type Network struct {
	Host string // our address on the cable

	there  string // the other one
	name   string // our end of the cable
	orders chan func()
	over   chan struct{} // closed when the test ends
	done   chan struct{} // closed when the thread has ended
}

// NewNetwork makes a network until the test ends; an error says why the kernel
// does not let us.
func NewNetwork(t testing.TB) (*Network, error) {
	t.Helper()
	n := &Network{
		name: fmt.Sprintf("fd%d", rand.IntN(1e9)), orders: make(chan func()),
		over: make(chan struct{}), done: make(chan struct{}),
	}
	go n.live()
	t.Cleanup(n.close)
	thread := 0
	err := n.do(func() error {
		thread = unix.Gettid()
		return unix.Unshare(unix.CLONE_NEWNET)
	})
	if err != nil {
		return nil, fmt.Errorf("make a network namespace: %w", err)
	}
	if n.Host, n.there, err = freePair(); err != nil {
		return nil, err
	}
	return n, n.plug(thread)
}

// live is the namespace's thread. It is never unlocked, so it ends with its
// goroutine, and the network with both.
func (n *Network) live() {
	defer close(n.done)
	runtime.LockOSThread()
	for {
		select {
		case order := <-n.orders:
			order()
		case <-n.over:
			return
		}
	}
}

// plug connects the namespace of a thread with ours. Its hardware address is
// known for good, as a router's is: nobody asks for it behind a cut.
func (n *Network) plug(thread int) error {
	const hardware = "02:00:00:00:00:02"
	_ = n.do(func() error { // an error: there is no IPv6
		return os.WriteFile("/proc/sys/net/ipv6/conf/default/disable_ipv6", []byte("1"), 0o600)
	})
	err := ip(fmt.Sprintf(`link add %[1]s type veth peer name cable address %[5]s netns %[2]d
addr add %[3]s/30 dev %[1]s
link set %[1]s up
neigh replace %[4]s lladdr %[5]s dev %[1]s nud permanent
`, n.name, thread, n.Host, n.there, hardware))
	if err != nil {
		return err
	}
	return n.do(func() error { return ip("addr add " + n.there + "/30 dev cable\nlink set cable up\n") })
}

// Dial connects from the network, to [Network.Host] only.
func (n *Network) Dial(ctx context.Context, _, addr string) (net.Conn, error) {
	var conn net.Conn
	err := n.do(func() (err error) {
		dialer := &net.Dialer{Timeout: 10 * time.Second}
		conn, err = dialer.DialContext(ctx, "tcp4", addr)
		return err
	})
	return conn, err
}

// Cut takes the address away over there: what is sent to it is heard by nobody,
// and neither data nor acknowledgements nor ends of connections come back.
func (n *Network) Cut() error {
	return n.do(func() error { return ip("addr flush dev cable\n") })
}

// Heard counts the packets that have come from there.
func (n *Network) Heard() (int, error) {
	text, err := os.ReadFile("/sys/class/net/" + n.name + "/statistics/rx_packets")
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(text)))
}

// do lets the namespace's thread do something: its sockets and children belong
// to the namespace.
func (n *Network) do(what func() error) error {
	result := make(chan error, 1)
	select {
	case n.orders <- func() { result <- what() }:
		return <-result
	case <-n.done:
		return net.ErrClosed
	}
}

func (n *Network) close() {
	close(n.over)
	<-n.done
	_ = ip("link del " + n.name + "\n") // an error: it went with the namespace
}

// freePair returns two private addresses, alone in their /30.
func freePair() (ours, theirs string, err error) {
	used, err := net.InterfaceAddrs()
	if err != nil {
		return "", "", err
	}
	for range 100 {
		base := net.IPv4(10, byte(64+rand.IntN(128)), byte(rand.IntN(256)), byte(4*rand.IntN(64))).To4()
		free := true
		for _, addr := range used {
			if in, ok := addr.(*net.IPNet); ok && in.Contains(base) {
				free = false
			}
		}
		if free {
			head := fmt.Sprintf("%d.%d.%d.", base[0], base[1], base[2])
			return head + strconv.Itoa(int(base[3])+1), head + strconv.Itoa(int(base[3])+2), nil
		}
	}
	return "", "", errors.New("every private address is in use")
}

// ip runs lines of commands for ip(8).
func ip(lines string) error {
	cmd := exec.Command("ip", "-batch", "-")
	cmd.Stdin = strings.NewReader(lines)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("ip (apt-get install iproute2): %w: %s", err, bytes.Join(bytes.Fields(out), []byte(" ")))
	}
	return nil
}
