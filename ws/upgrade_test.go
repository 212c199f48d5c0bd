package ws

import (
	"net/http"
	"strings"
	"testing"

	"frontdesk/gate"
	"frontdesk/roster"
)

// without leaves a header out of the handshake, or replaces it.
func without(name, line string) string {
	var out strings.Builder
	for l := range strings.SplitAfterSeq(handshake, "\r\n") {
		if strings.HasPrefix(l, name+":") {
			l = line
		}
		out.WriteString(l)
	}
	return out.String()
}

func TestW1_Subprotocol(t *testing.T) {
	for name, tc := range map[string]struct {
		line   string
		status int
	}{
		"alone":                     {"Sec-WebSocket-Protocol: xmpp\r\n", 101},
		"one of several":            {"Sec-WebSocket-Protocol: mqtt, xmpp, v1.stomp\r\n", 101},
		"on a line of its own":      {"Sec-WebSocket-Protocol: mqtt\r\nSec-WebSocket-Protocol: xmpp\r\n", 101},
		"none":                      {"", 400},
		"another":                   {"Sec-WebSocket-Protocol: xmpp-framing\r\n", 400},
		"written in another manner": {"Sec-WebSocket-Protocol: XMPP\r\n", 400},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, Options{}, func(b *bench) {
				_, resp := b.request(without("Sec-WebSocket-Protocol", tc.line))
				want := ""
				if tc.status == 101 {
					want = "xmpp"
				}
				if resp.StatusCode != tc.status || strings.Join(resp.Header.Values("Sec-WebSocket-Protocol"), "+") != want {
					t.Errorf("%s %v", resp.Status, resp.Header)
				}
			})
		})
	}
}

func TestW2_Handshake(t *testing.T) {
	for name, tc := range map[string]struct {
		request string
		status  int
		header  string // "name: value"
	}{
		"as it should be":   {handshake, 101, "Sec-Websocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="},
		"another version":   {without("Sec-WebSocket-Version", "Sec-WebSocket-Version: 8\r\n"), 426, "Sec-Websocket-Version: 13"},
		"no version":        {without("Sec-WebSocket-Version", ""), 426, "Sec-Websocket-Version: 13"},
		"a browser's visit": {without("Upgrade", ""), 426, "Upgrade: websocket"},
		"POST":              {strings.Replace(handshake, "GET", "POST", 1) + "Content-Length: 0\r\n", 405, "Allow: GET"},
		"no key":            {without("Sec-WebSocket-Key", ""), 400, "X-Content-Type-Options: nosniff"},
		"compression asked": {handshake + "Sec-WebSocket-Extensions: permessage-deflate\r\n", 101, "Sec-Websocket-Extensions: "},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, Options{}, func(b *bench) {
				_, resp := b.request(tc.request)
				name, value, _ := strings.Cut(tc.header, ": ")
				if resp.StatusCode != tc.status || resp.Header.Get(name) != value {
					t.Errorf("%s %v", resp.Status, resp.Header)
				}
			})
		})
	}
}

func TestW19_T13_ForeignOrigins(t *testing.T) {
	listed := gate.Rules{Sites: []roster.Site{roster.DefaultSite([]string{"https://shop.example"}, "")}}
	for origin, status := range map[string]int{
		"":                          101, // no browser
		"https://shop.example":      101,
		"https://shop.example:443":  403, // browsers leave it out
		"http://shop.example":       403,
		"https://shop.example:8443": 403,
		"https://shop.example.evil": 403,
		"https://evilshop.example":  403,
		"https://SHOP.example":      403,
		"https://chat.example.com":  403, // a list is a list
		"null":                      403,
		"file://":                   403,
	} {
		t.Run(origin, func(t *testing.T) {
			inBubbleBehind(t, listed, Options{}, func(b *bench) {
				head := handshake
				if origin != "" {
					head += "Origin: " + origin + "\r\n"
				}
				if _, resp := b.request(head); resp.StatusCode != status {
					t.Errorf("%s, want %d", resp.Status, status)
				}
			})
		})
	}
	t.Run("own host", func(t *testing.T) {
		front := gate.Rules{Sites: []roster.Site{roster.DefaultSite(nil, "https://front.example")}}
		inBubbleBehind(t, front, Options{}, func(b *bench) {
			for origin, status := range map[string]int{
				"http://chat.example.com": 101, "https://chat.example.com": 403, "https://front.example": 101, "https://other.example": 403,
			} {
				if _, resp := b.request(handshake + "Origin: " + origin + "\r\n"); resp.StatusCode != status {
					t.Errorf("%s: %s", origin, resp.Status)
				}
			}
		})
	})
}

func TestT17_SocketsThatSayNothing(t *testing.T) {
	rules := ownPages()
	rules.SessionsPerAddress = 2
	inBubbleBehind(t, rules, Options{}, func(b *bench) {
		silent := []*peer{b.dial(), b.dial()}
		_, resp := b.request(handshake)
		if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" {
			t.Fatalf("%s %v", resp.Status, resp.Header)
		}
		silent[0].say(openFrame) // has shown something: one more may come
		silent[0].expect("text <open ", "text <stream:features ")
		silent = append(silent, b.dial())
		pass(openWithin + closeWithin)
		for _, p := range silent[1:] {
			p.expect("text <open ", streamError("connection-timeout"), closeWord, "closed 1000", "end")
		}
		b.dial()
		b.dial()
	})
}
