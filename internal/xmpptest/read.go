package xmpptest

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
)

// Stanza is what the component sent, raw.
type Stanza string

// Has tells whether the stanza contains all parts. Attributes are written with
// double quotes.
func (s Stanza) Has(parts ...string) bool {
	for _, part := range parts {
		if !strings.Contains(string(s), part) {
			return false
		}
	}
	return true
}

// Attr returns the value of an attribute of the stanza's own start tag, "" when
// it has none.
func (s Stanza) Attr(name string) string {
	start, err := xml.NewDecoder(strings.NewReader(string(s))).RawToken()
	if err != nil {
		return ""
	}
	if e, ok := start.(xml.StartElement); ok {
		for _, a := range e.Attr {
			if a.Name.Local == name {
				return a.Value
			}
		}
	}
	return ""
}

// recorder keeps what a decoder has read and not yet given up.
type recorder struct {
	r    io.Reader
	kept []byte
	at   int64 // offset of kept[0] in the stream
}

func (r *recorder) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	r.kept = append(r.kept, p[:n]...)
	return n, err
}

// cut returns the bytes between two offsets and gives up everything before to.
func (r *recorder) cut(from, to int64) []byte {
	b := bytes.Clone(r.kept[from-r.at : to-r.at])
	r.kept = append([]byte(nil), r.kept[to-r.at:]...)
	r.at = to
	return b
}

// thawReader reads only while its peer is not frozen.
type thawReader struct{ p *Peer }

func (t thawReader) Read(b []byte) (int, error) {
	t.p.thawed()
	n, err := t.p.conn.Read(b)
	t.p.thawed()
	return n, err
}

// read takes what the component sends until the connection ends.
func (p *Peer) read() {
	defer p.Close()
	rec := &recorder{r: thawReader{p}}
	dec := xml.NewDecoder(rec)
	depth, from := 0, int64(0)
	for {
		before := dec.InputOffset()
		token, err := dec.RawToken()
		if err != nil {
			return
		}
		switch t := token.(type) {
		case xml.StartElement:
			if depth == 0 && !p.header(t) {
				return
			}
			if depth == 1 {
				from = before
			}
			depth++
		case xml.EndElement:
			depth--
			if depth == 0 {
				p.Send("</stream:stream>")
				p.hangUp()
				return
			}
			if depth == 1 && !p.stanza(rec.cut(from, dec.InputOffset())) {
				p.drain(dec)
				return
			}
		}
	}
}

// drain reads on until the connection is closed, so that what was queued for
// the component reaches it.
func (p *Peer) drain(dec *xml.Decoder) {
	for {
		if _, err := dec.RawToken(); err != nil {
			return
		}
	}
}

// header answers the component's stream header.
func (p *Peer) header(t xml.StartElement) bool {
	to := ""
	for _, a := range t.Attr {
		if a.Name.Local == "to" {
			to = a.Value
		}
	}
	p.Send("<?xml version='1.0'?><stream:stream xmlns='" + nsAccept + "' xmlns:stream='" + nsStreams +
		"' id='" + streamID + "' from='" + p.server.Domain + "'>")
	if to != p.server.Domain {
		p.StreamError("host-unknown")
	}
	return true
}

// stanza takes one stanza; false ends the connection.
func (p *Peer) stanza(raw []byte) bool {
	s := Stanza(raw)
	if strings.HasPrefix(string(s), "<handshake") {
		_, digest, _ := strings.Cut(strings.TrimSuffix(string(s), "</handshake>"), ">")
		return p.shake(digest)
	}
	if _, to, _ := cutAddress(s.Attr("to")); to == p.server.Domain {
		if p.server.Lose == nil || !p.server.Lose(string(s)) {
			p.server.route(string(s))
		}
		return true
	}
	if p.server.Answer != nil {
		if answer := p.server.Answer(string(s)); answer != "" {
			p.Send(answer)
		}
	}
	if !p.server.Forget {
		p.keep(s)
	}
	return true
}

func cutAddress(jid string) (local, domain, resource string) {
	bare, resource, _ := strings.Cut(jid, "/")
	local, domain, at := strings.Cut(bare, "@")
	if !at {
		return "", bare, resource
	}
	return local, domain, resource
}
