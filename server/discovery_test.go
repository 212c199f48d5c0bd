package server

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"slices"
	"strings"
	"testing"

	"frontdesk/config"
)

// TestW23_HostMeta in both formats (XEP-0156 §3), for a public https address
// only.
func TestW23_HostMeta(t *testing.T) {
	want := []linkOf{
		{relBOSH, "https://desk.example.com/http-bind"},
		{relWebSocket, "wss://desk.example.com/xmpp-websocket"},
	}
	s := play(t, with(func(c *config.Config) { c.HTTP.PublicURL = "https://desk.example.com/" }))
	for path, tc := range map[string]struct {
		mime   string
		decode func([]byte, any) error
	}{
		"/.well-known/host-meta":      {"application/xrd+xml", xml.Unmarshal},
		"/.well-known/host-meta.json": {"application/json", json.Unmarshal},
	} {
		resp, err := http.Get(s.url(path))
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		h := resp.Header
		if resp.StatusCode != http.StatusOK || h.Get("Content-Type") != tc.mime || h.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %s %v", path, resp.Status, h)
		}
		_, body := s.get(path)
		var meta hostMeta
		if err := tc.decode([]byte(body), &meta); err != nil || !slices.Equal(meta.Links, want) {
			t.Errorf("%s: %v %+v", path, err, meta)
		}
		if strings.Contains(body, "http://desk") || strings.Contains(body, "ws://") {
			t.Errorf("%s has an insecure address: %s", path, body)
		}
	}
	for _, public := range []string{"", "http://desk.example.com"} {
		s := play(t, with(func(c *config.Config) { c.HTTP.PublicURL = public }))
		for _, path := range []string{"/.well-known/host-meta", "/.well-known/host-meta.json"} {
			if status, _ := s.get(path); status != http.StatusNotFound {
				t.Errorf("public_url %q: %s is %d", public, path, status)
			}
		}
	}
}
