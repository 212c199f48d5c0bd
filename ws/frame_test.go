package ws

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// unmasked is a frame as a server would send it.
func unmasked(op byte, text string) []byte {
	return append([]byte{0x80 | op, byte(len(text))}, text...)
}

// headerOf is the header of a masked frame with any length.
func headerOf(op byte, length uint64) []byte {
	b := binary.BigEndian.AppendUint64([]byte{op, 0x80 | 127}, length)
	return append(b, 1, 2, 3, 4)
}

func TestW2_FramesAgainstTheRules(t *testing.T) {
	for name, raw := range map[string][]byte{
		"unmasked":                  unmasked(1, "<a/>"),
		"RSV1":                      frameOf(true, 0x41, []byte("<a/>")),
		"RSV3":                      frameOf(true, 0x11, []byte("<a/>")),
		"unknown opcode":            frameOf(true, 3, []byte("<a/>")),
		"unknown control frame":     frameOf(true, 11, nil),
		"fragmented ping":           frameOf(false, 9, nil),
		"long ping":                 frameOf(true, 9, make([]byte, 126)),
		"continuation of nothing":   frameOf(true, 0, []byte("<a/>")),
		"a message inside another":  append(frameOf(false, 1, []byte("<a")), frameOf(true, 1, []byte("<b/>"))...),
		"a close frame of one byte": frameOf(true, 8, []byte{3}),
		"a code nobody may send":    frameOf(true, 8, []byte{3, 238}), // 1006
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, Options{}, func(b *bench) {
				p := b.open()
				p.write(raw)
				pass(closeWithin)
				p.expect("closed 1002", "end")
				if got := b.streams.last().seen(); got != "lost, end" {
					t.Errorf("the stream saw %q", got)
				}
			})
		})
	}
}

func TestW3_DataFrames(t *testing.T) {
	t.Run("binary", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open()
			p.write(frameOf(true, 2, []byte(`<message id="m"/>`)))
			p.expect("closed 1003")
			if got := b.streams.last().seen(); got != "lost, end" {
				t.Errorf("the stream saw %q", got)
			}
		})
	})
	t.Run("not UTF-8", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open()
			p.say("<message id='\xc3\x28'/>")
			p.expect("closed 1007")
		})
	})
	t.Run("fragments with a ping between", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open()
			p.write(frameOf(false, 1, []byte(`<message id="`)))
			p.write(frameOf(true, 9, []byte("x")))
			p.write(frameOf(false, 0, []byte("\xc3"))) // half a character
			p.write(frameOf(true, 0, []byte("\xbc\"/>")))
			p.expect("pong x")
			if got := b.streams.last().seen(); got != "message ü" {
				t.Errorf("the stream saw %q", got)
			}
		})
	})
	t.Run("with the handshake in one packet", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			p, resp := b.request(handshake + "\r\n" + string(frameOf(true, 1, []byte(openFrame))) +
				string(frameOf(true, 1, []byte(`<message id="early"/>`))))
			if resp.StatusCode != 101 {
				t.Fatal(resp.Status)
			}
			_, text, err := readFrame(p.in)
			if err != nil || !strings.HasPrefix(text, "<open ") {
				t.Fatal(text, err)
			}
			go p.read()
			p.conn.Close()
			<-p.done
		})
	})
}

func TestW20_T18_MessagesOverTheLimit(t *testing.T) {
	tooBig := []string{streamError("policy-violation"), closeWord, "closed 1009", "end"}
	for name, raw := range map[string][]byte{
		"known from the header":  headerOf(0x81, maxMessage+1),
		"the longest there is":   headerOf(0x81, math.MaxInt64),
		"longer than that":       headerOf(0x81, 1<<63),
		"all bits":               headerOf(0x81, math.MaxUint64),
		"as a sum of fragments":  append(frameOf(false, 1, make([]byte, maxMessage)), headerOf(0x00, 1)...),
		"fragments without end":  fragments(maxFragments + 1),
		"a sum that goes around": append(frameOf(false, 1, []byte("<a")), headerOf(0x00, math.MaxUint64-1)...),
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, Options{}, func(b *bench) {
				p := b.open()
				p.write(raw) // and nothing behind it
				pass(closeWithin)
				p.expect(tooBig...)
				if got := b.streams.last().seen(); got != "end" {
					t.Errorf("the stream saw %q", got)
				}
			})
		})
	}
	t.Run("the limit itself", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open()
			begin, end := `<message id="long">`, `</message>`
			text := begin + strings.Repeat("x", maxMessage-len(begin)-len(end)) + end
			for _, raw := range [][]byte{
				frameOf(true, 1, []byte(text)),
				append(frameOf(false, 1, []byte(text[:100])), frameOf(true, 0, []byte(text[100:]))...),
			} {
				p.write(raw)
				if got := b.streams.last().seen(); got != "message long" {
					t.Errorf("the stream saw %q", got)
				}
			}
			p.expect()
		})
	})
}

// fragments is a message in so many empty pieces, without its end.
func fragments(n int) []byte {
	raw := frameOf(false, 1, nil)
	for range n - 1 {
		raw = append(raw, frameOf(false, 0, nil)...)
	}
	return raw
}

func TestT18_PingFlood(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open()
		for range pingBurst {
			p.write(frameOf(true, 9, nil))
		}
		if got := len(p.got()); got != pingBurst {
			t.Fatalf("%d pongs", got)
		}
		for range 20 { // one a second is fine
			pass(pingEvery)
			p.write(frameOf(true, 9, nil))
		}
		if got := len(p.got()); got != 20 {
			t.Fatalf("%d pongs", got)
		}
		go func() { // nobody has to read this
			for p.conn.SetWriteDeadline(time.Now().Add(time.Second)) == nil {
				if _, err := p.conn.Write(frameOf(true, 9, nil)); err != nil {
					return
				}
			}
		}()
		pass(closeWithin)
		got := p.got()
		if n := len(got); n < 2 || got[n-2] != "closed 1008" || n > pingBurst+2 {
			t.Errorf("got %q", got)
		}
	})
}

func TestW20_SlowReader(t *testing.T) {
	t.Run("too much waits", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			p, _ := b.request(handshake)
			p.write(frameOf(true, 1, []byte(openFrame)))
			readAll(t, p, 2)
			s := b.streams.last()
			s.send(0)
			synctest.Wait() // it is being written
			for i := range maxQueued + 1 {
				s.send(i)
			}
			synctest.Wait()
			if n := b.e.Stats().Overflows; n != 1 {
				t.Errorf("%d overflows", n)
			}
			if got := s.seen(); got != "lost, end" {
				t.Errorf("the stream saw %q", got)
			}
			go p.read()
			got := p.got()
			if len(got) != 3 || !strings.HasPrefix(got[1], streamError("resource-constraint")) || got[2] != closeWord {
				t.Errorf("got %q", got)
			}
		})
	})
	t.Run("bytes count", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			b.open()
			s := b.streams.last()
			s.conn.Send(make([]byte, maxQueuedBytes+1))
			synctest.Wait()
			if got := s.seen(); got != "lost, end" {
				t.Errorf("the stream saw %q", got)
			}
		})
	})
	t.Run("a write has a deadline", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			p, _ := b.request(handshake)
			p.write(frameOf(true, 1, []byte(openFrame)))
			readAll(t, p, 2)
			s := b.streams.last()
			s.send(1)
			pass(writeWithin - time.Millisecond)
			if got := s.seen(); got != "" {
				t.Errorf("the stream saw %q", got)
			}
			pass(time.Millisecond)
			if got := s.seen(); got != "lost, end" {
				t.Errorf("the stream saw %q", got)
			}
		})
	})
}

// readAll reads so many frames of a peer that does not read by itself.
func readAll(t *testing.T, p *peer, n int) {
	t.Helper()
	for range n {
		if _, _, err := readFrame(p.in); err != nil {
			t.Fatal(err)
		}
	}
}

func TestScannerTakesAnyPieces(t *testing.T) {
	var raw []byte
	for i, n := range []int{0, 1, 125, 126, 65535, maxMessage} {
		raw = append(raw, frameOf(false, 1, make([]byte, n/2))...)
		raw = append(raw, frameOf(true, 9, make([]byte, i))...)
		raw = append(raw, frameOf(true, 0, make([]byte, n-n/2))...)
	}
	for _, size := range []int{1, 2, 3, 7, 256, len(raw)} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			var s scanner
			for from := 0; from < len(raw); from += size {
				s.scan(raw[from:min(from+size, len(raw))])
			}
			if s.over || s.have != 0 || s.skip != 0 || s.message != maxMessage {
				t.Errorf("%+v", s)
			}
			s.scan(headerOf(0x81, maxMessage+1)[:10])
			if !s.over {
				t.Error("not noticed")
			}
		})
	}
}
