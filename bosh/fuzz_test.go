package bosh

import (
	"context"
	"encoding/xml"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"frontdesk/gate"
	"frontdesk/wire"
)

// FuzzBody posts any bytes to a running session: no panic, and the answer is
// a well-formed body.
func FuzzBody(f *testing.F) {
	f.Add(creationOf(""))
	f.Add("<body xmlns='" + wire.NSHTTPBind + "' sid='SID' rid='1001'><message xmlns='jabber:client'/></body>")
	f.Add("<body xmlns='" + wire.NSHTTPBind + "' sid='SID' rid='1001' type='terminate'/>")
	f.Add("<body xmlns='" + wire.NSHTTPBind + "' sid='SID' rid='1001' pause='10'/>")
	f.Add("<body xmlns='" + wire.NSHTTPBind + "' sid='SID' rid='1001' xmlns:x='urn:xmpp:xbosh' x:restart='1'/>")
	f.Add("<body xmlns='" + wire.NSHTTPBind + "' sid='SID' rid='99999999999999999999' ack='-1' key='' content='&#10;'/>")
	f.Add("<!DOCTYPE body [<!ENTITY a 'b'>]><body>&a;</body>")
	f.Fuzz(func(t *testing.T, body string) {
		streams := &fakeStreams{}
		m := New(streams, gate.New(ownPages()), Options{Domains: []string{"chat.example.com"}, Polling: 2}, slog.New(slog.DiscardHandler))
		sid := sidOf(handle(m, creationOf("hold='0'"))) // answers everything at once
		text := handleBriefly(m, strings.ReplaceAll(body, "SID", sid))
		if text != "" {
			dec := xml.NewDecoder(strings.NewReader(text))
			for {
				if _, err := dec.Token(); err == io.EOF {
					break
				} else if err != nil {
					t.Fatalf("%q answered %q: %v", body, text, err)
				}
			}
		}
		if err := m.Shutdown(context.Background()); err != nil {
			t.Fatal(err)
		}
		if n := m.Stats().Panics; n > 0 {
			t.Fatalf("%q: %d panics", body, n)
		}
	})
}

// handleBriefly is handle for a client that goes at once.
func handleBriefly(m *Manager, body string) string {
	w := httptest.NewRecorder()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	m.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/http-bind", strings.NewReader(body)).WithContext(ctx))
	return w.Body.String()
}
