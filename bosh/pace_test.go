package bosh

import "testing"

func TestFirstPollIsNeverEarly(t *testing.T) {
	inBubble(t, Options{Strict: true}, func(b *bench) {
		c := b.post(creationOf("hold='0'"))
		p := &page{bench: b, sid: c.answer().attrs["sid"], rid: firstRid, stream: b.streams.last()}
		p.send().expect("")
		p.stream.conn.Send([]byte("<message xmlns='jabber:client' id='1'/>"))
		p.send().expect("type=terminate condition=policy-violation")
	})
}
