package wire

import (
	"bufio"
	"bytes"
	"testing"
)

// chatMessage is what a client sends for one line of a chat.
const chatMessage = `<message xmlns='jabber:client' to='support@chat.example.com' id='9c6a3cc4-8f5b' type='chat'>` +
	`<body>Hello, is the blue one still in stock &amp; when would it be here?</body>` +
	`<active xmlns='http://jabber.org/protocol/chatstates'/>` +
	`<origin-id xmlns='urn:xmpp:sid:0' id='9c6a3cc4-8f5b'/></message>`

func BenchmarkDecodeEncode(b *testing.B) {
	in, out := []byte(chatMessage), make([]byte, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		e, err := Parse(in)
		if err != nil {
			b.Fatal(err)
		}
		m, err := ReadMessage(e)
		if err != nil {
			b.Fatal(err)
		}
		m.From = "visitor-4f7kq2@chat.example.com/web"
		out = AppendMessage(out[:0], NSAccept, &m)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}

func BenchmarkParse(b *testing.B) {
	in := []byte(chatMessage)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(in); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFramer(b *testing.B) {
	in := bytes.Repeat([]byte(chatMessage), 1000)
	source := bytes.NewReader(in)
	r := bufio.NewReaderSize(source, 64<<10)
	f := NewFramer(r, MaxBytes)
	b.SetBytes(int64(len(chatMessage)))
	b.ReportAllocs()
	for b.Loop() {
		if r.Buffered() == 0 {
			source.Reset(in)
		}
		if _, err := f.Next(); err != nil {
			b.Fatal(err)
		}
	}
}
