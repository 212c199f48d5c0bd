package gate

import (
	"errors"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

func TestSessionLimits(t *testing.T) {
	g, open := New(Rules{Sessions: 5, SessionsPerAddress: 2}), 0
	for _, step := range []struct {
		addr string
		want error
	}{
		{"192.0.2.1", nil},
		{"::ffff:192.0.2.1", nil},
		{"192.0.2.1", errSessionsPerAddress},
		{"192.0.2.2", nil},
		{"2001:db8:1:2::1", nil},
		{"2001:db8:1:2:ffff::2", nil},
		{"2001:db8:1:2::3", errSessions}, // five are open
		{"2001:db8:1:3::1", errSessions},
	} {
		err := g.Enter(netip.MustParseAddr(step.addr), open)
		if err == nil {
			open++
		}
		if !errors.Is(err, step.want) {
			t.Errorf("%s: %v, want %v", step.addr, err, step.want)
		}
	}
	g.Leave(netip.MustParseAddr("192.0.2.1"))
	if err := g.Enter(netip.MustParseAddr("192.0.2.1"), open-1); err != nil {
		t.Errorf("a place that is free again: %v", err)
	}
}

func TestSocketsWithoutAStream(t *testing.T) {
	g, addr := New(Rules{SessionsPerAddress: 1}), netip.MustParseAddr("192.0.2.1")
	if !g.EnterSocket(addr) || g.EnterSocket(addr) || !g.EnterSocket(addr.Next()) {
		t.Error("one socket an address")
	}
	if err := g.Enter(addr, 0); err != nil {
		t.Errorf("a socket counts as a stream: %v", err)
	}
	g.LeaveSocket(addr)
	if !g.EnterSocket(addr) {
		t.Error("a socket that has opened a stream still counts")
	}
	for g := New(Rules{}); g.sockets.has[neighbours(addr)] < 100; {
		if !g.EnterSocket(addr) {
			t.Fatal("a limit where none is")
		}
	}
}

// One address, be it a household of IPv6, cannot use up what is there for all.
func TestCreationsPerSecondOfAnAddress(t *testing.T) {
	for name, test := range map[string]struct{ greedy, other string }{
		"IPv4": {"192.0.2.1", "192.0.2.2"},
		"IPv6": {"2001:db8::1", "2001:db8:0:1::1"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := New(Rules{CreationsPerSecond: 100})
				take := func(from string, n int) (taken int) {
					addr := netip.MustParseAddr(from)
					for range n {
						if g.Enter(addr, 0) == nil {
							taken++
						}
						if admitted, _ := g.identify(addr, time.Now()); admitted {
							taken++
						}
						addr = addr.Next()
						if addr.Is4() {
							addr = netip.MustParseAddr(from)
						}
					}
					return taken
				}
				if n := take(test.greedy, 1000); n != 50 {
					t.Errorf("%d at once", n)
				}
				if n := take(test.other, 10); n != 20 {
					t.Errorf("%d are left for another", n)
				}
				time.Sleep(time.Second)
				if n := take(test.greedy, 1000); n != 10 {
					t.Errorf("%d a second later", n)
				}
			})
		})
	}
}

func TestAddressesAreForgotten(t *testing.T) {
	g := New(Rules{SessionsPerAddress: 1, CreationsPerSecond: 1000})
	now := time.Now()
	for i := range 3 * maxPaces {
		addr := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
		if admitted, _ := g.identify(addr, now); !admitted {
			t.Fatal("refused")
		}
		now = now.Add(10 * time.Millisecond)
	}
	if len(g.identities.by) > maxPaces || len(g.perAddress.by) > maxPaces {
		t.Errorf("%d and %d addresses are remembered", len(g.identities.by), len(g.perAddress.by))
	}
}
