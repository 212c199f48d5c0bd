package bosh

import (
	"crypto/sha1"
	"encoding/hex"
	"strings"
	"testing"
)

// keyOf is K(n) of a seed (XEP-0124 §15.3).
func keyOf(seed string, n int) string {
	k := seed
	for range n {
		sum := sha1.Sum([]byte(k))
		k = hex.EncodeToString(sum[:])
	}
	return k
}

func key(seed string, n int) string    { return "key='" + keyOf(seed, n) + "'" }
func newkey(seed string, n int) string { return "newkey='" + keyOf(seed, n) + "'" }

func TestB75_Keys(t *testing.T) {
	if keyOf("abc", 1) != "a9993e364706816aba3e25717850c26c9cd0d89d" {
		t.Fatal("not SHA-1")
	}
	for _, up := range []bool{false, true} {
		inBubble(t, Options{}, func(b *bench) {
			write := func(s string) string {
				if up { // hexadecimal digits have no case
					return strings.Replace(strings.ToUpper(s), "KEY=", "key=", 1)
				}
				return s
			}
			p := b.open(newkey("seed", 9))
			var last *call
			for n := 8; n >= 5; n-- {
				last = p.send(write(key("seed", n)), msg(n))
			}
			last.held()
			if got := p.stream.seen("back"); !up && got != "receive message 8, receive message 7, receive message 6, receive message 5" {
				t.Errorf("calls %q", got)
			}
		})
	}
}

func TestB76_WrongKeys(t *testing.T) {
	for name, wrong := range map[string]string{"wrong": key("seed", 5), "missing": "", "used": key("seed", 8)} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, Options{}, func(b *bench) {
				p := b.open(newkey("seed", 9))
				first := p.send(key("seed", 8))
				p.send(wrong, msg(1)).expect("type=terminate condition=item-not-found")
				first.expect("type=terminate condition=other-request")
				if got := p.stream.seen("back"); got != "end" {
					t.Errorf("calls %q", got)
				}
			})
		})
	}
	inBubble(t, Options{}, func(b *bench) { // checked in rid order
		p := b.open("hold='2' " + newkey("seed", 9))
		late := p.at(1002, key("seed", 7), msg(2))
		p.at(1001, key("seed", 8), msg(1)).expect("")
		late.held()
		if got := p.stream.seen("back"); got != "receive message 1, receive message 2" {
			t.Errorf("calls %q", got)
		}
	})
	inBubble(t, Options{}, func(b *bench) { // a repeat has the key of the original
		p := b.open(newkey("seed", 9))
		p.stream.send(1)
		p.send(key("seed", 8)).expect("1")
		p.at(p.rid, key("seed", 8)).expect("1")
		p.at(p.rid, key("seed", 7)).expect("type=terminate condition=item-not-found")
	})
}

func TestB77_NewSequence(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open(newkey("old", 2))
		p.send(key("old", 1), newkey("new", 5))
		p.send(key("new", 4), msg(1))
		c := p.send(key("new", 3), msg(2))
		c.held()
		p.send(key("old", 0), msg(3)).expect("type=terminate condition=item-not-found")
		if got := p.stream.seen("back"); got != "receive message 1, receive message 2, end" {
			t.Errorf("calls %q", got)
		}
	})
}
