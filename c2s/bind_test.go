package c2s

import (
	"testing"

	"frontdesk/roster"
)

// The desk counts a visitor's chats by the network that the gate knows.
func TestT20_TheDeskHearsTheNetwork(t *testing.T) {
	b := newBench(t)
	for _, network := range []roster.Network{"192.0.2.1/32", "2001:db8::/64", ""} {
		p := b.open("bosh")
		p.conn.info.Network = network
		p.send(auth("ANONYMOUS", ""))
		p.bind("")
		if got := b.desk.where(); got != network {
			t.Errorf("%q is counted at %s", network, got)
		}
	}
}
