package bosh

import (
	"testing"
	"time"
)

func TestSmoke(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		t.Log(p.greet.rec.Body)
		c := p.send()
		c.held()
		p.stream.send(1, 2)
		c.expect("1 2")
		c = p.send()
		c2 := p.send(msg(7))
		c.expect("")
		c2.held()
		time.Sleep(29 * time.Second)
		c2.held()
		time.Sleep(1 * time.Second)
		c2.expect("")
		c = p.send("xmpp:restart='true'")
		c.expect("features")
		c = p.send()
		c.held()
		d := p.send("type='terminate'", msg(9))
		c.expect("type=terminate")
		d.expect("")
		p.send().expect("type=terminate condition=item-not-found")
		t.Log(p.stream.seen())
		p = b.open("")
		time.Sleep(31 * time.Second)
		p.send().expect("type=terminate condition=item-not-found")
		t.Log(p.stream.seen())
	})
}
