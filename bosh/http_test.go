package bosh

// Time is that of a testing/synctest bubble, see inBubble.

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"frontdesk/gate"
	"frontdesk/roster"
	"frontdesk/wire"
)

func TestB1_MethodsOtherThanPOST(t *testing.T) {
	for method, want := range map[string]int{
		"GET": 200, "HEAD": 200, "OPTIONS": 204, "PUT": 405, "DELETE": 405, "PATCH": 405, "TRACE": 405, "POST": 200,
	} {
		t.Run(method, func(t *testing.T) {
			inBubble(t, Options{}, func(b *bench) {
				c := b.do(httptest.NewRequest(method, "/http-bind", strings.NewReader(creationOf(""))))
				c.response()
				if c.rec.Code != want {
					t.Errorf("status %d, want %d", c.rec.Code, want)
				}
				if allow := c.rec.Header().Get("Allow"); (allow != "") != (want == 405) {
					t.Errorf("Allow is %q", allow)
				}
				if n := len(b.streams.streams); (n == 1) != (method == "POST") {
					t.Errorf("%d streams opened", n)
				}
			})
		})
	}
}

func TestB2_HTTP10(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		dial, stop := b.serve()
		defer stop()
		c := dial()
		text := strings.Replace(postText(creationOf(""), "Connection: keep-alive\r\n"), "HTTP/1.1", "HTTP/1.0", 1)
		for range 2 { // two on one connection
			c.write(text)
			resp, body := c.read()
			if resp.Header.Get("Connection") != "keep-alive" || len(resp.Header["Set-Cookie"]) > 0 {
				t.Fatalf("headers %v", resp.Header)
			}
			if readAnswer(t, body).attrs["sid"] == "" {
				t.Fatalf("no session: %s", body)
			}
		}
		c = dial()
		c.write(strings.Replace(postText(creationOf(""), ""), "HTTP/1.1", "HTTP/1.0", 1))
		c.expect("features")
		if _, err := c.in.ReadByte(); err != io.EOF {
			t.Errorf("the connection stays open: %v", err)
		}
	})
}

func TestB3_ContentLengthAndChunkedRequests(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		dial, stop := b.serve()
		defer stop()
		c := dial()
		body := creationOf("")
		c.write("POST /http-bind HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
		for _, part := range []string{body[:10], body[10:]} {
			c.write(fmt.Sprintf("%x\r\n%s\r\n", len(part), part))
		}
		c.write("0\r\n\r\n")
		resp, text := c.read()
		if len(resp.TransferEncoding) > 0 || resp.ContentLength != int64(len(text)) {
			t.Errorf("transfer coding %v, length %d of %d", resp.TransferEncoding, resp.ContentLength, len(text))
		}
		if readAnswer(t, text).attrs["sid"] == "" {
			t.Errorf("no session: %s", text)
		}
	})
}

func TestB4_ContentTypeOfRequestsIsIgnored(t *testing.T) {
	for _, typ := range []string{"", "text/plain", "application/x-www-form-urlencoded", "text/xml", "a b;;c"} {
		inBubble(t, Options{}, func(b *bench) {
			b.header.Set("Content-Type", typ)
			b.header.Set("X-Unknown", "1")
			p := b.open("")
			p.stream.send(1)
			p.send(msg(2)).expect("1")
			if got := p.stream.seen("back"); got != "receive message 2" {
				t.Errorf("%q: calls %q", typ, got)
			}
		})
	}
}

func TestB5_ContentTypeOfAnswers(t *testing.T) {
	check := func(c *call, want string) {
		t.Helper()
		c.response()
		if got := c.rec.Header().Get("Content-Type"); got != want {
			t.Errorf("Content-Type %q, want %q", got, want)
		}
	}
	inBubble(t, Options{}, func(b *bench) {
		check(b.open("").greet, "text/xml; charset=utf-8")
		p := b.open("content='application/soap+xml'")
		check(p.greet, "application/soap+xml")
		c := p.send()
		p.at(p.rid).held() // the older one is told to try again
		check(c, "application/soap+xml")
	})
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("content='application/soap+xml'")
		check(p.send("type='terminate'"), "application/soap+xml")
		check(p.send(), "text/xml; charset=utf-8")
		check(b.post(creationOf("content='a/b' to=''")), "a/b")
		for _, bad := range []string{"a&#10;b", "a/ü", strings.Repeat("a", 101)} {
			c := b.post(creationOf("content='" + bad + "'"))
			check(c, "text/xml; charset=utf-8")
			c.expect("type=terminate condition=bad-request")
		}
	})
}

func TestB6_CompressedAnswers(t *testing.T) {
	big := "<message xmlns='jabber:client' id='big'>" + strings.Repeat("x", 2000) + "</message>"
	cases := []struct {
		accept, payload string
		want            bool
	}{
		{"gzip", big, true},
		{"deflate, gzip;q=0.5", big, true},
		{"gzip;q=0", big, false},
		{"", big, false},
		{"gzip", "<message xmlns='jabber:client' id='small'/>", false},
	}
	for _, tc := range cases {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open("")
			b.header.Set("Accept-Encoding", tc.accept)
			p.stream.conn.Send([]byte(tc.payload))
			c := p.send()
			c.response()
			if got := c.rec.Header().Get("Content-Encoding") == "gzip"; got != tc.want {
				t.Fatalf("%q: compressed %v", tc.accept, got)
			}
			if len(tc.payload) > packFrom && c.rec.Header().Get("Vary") == "" {
				t.Error("no Vary")
			}
			if !tc.want {
				return
			}
			z, err := gzip.NewReader(c.rec.Body)
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(z)
			if err != nil || !strings.Contains(string(text), tc.payload) {
				t.Errorf("unpacked: %v %.80s", err, text)
			}
		})
	}
}

func squeeze(text string) string {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = io.WriteString(z, text)
	_ = z.Close()
	return out.String()
}

func TestB7T6_CompressedRequests(t *testing.T) {
	good := squeeze(creationOf(""))
	cases := []struct{ name, encoding, body, want string }{
		{"gzip", "gzip", good, "features"},
		{"x-gzip", "X-GZIP", good, "features"},
		{"identity", "identity", creationOf(""), "features"},
		{"unknown", "br", creationOf(""), "type=terminate condition=bad-request"},
		{"not gzip", "gzip", creationOf(""), "type=terminate condition=bad-request"},
		{"cut", "gzip", good[:len(good)-9], "type=terminate condition=bad-request"},
		{"broken", "gzip", good[:20] + "\xff\xff\xff" + good[23:], "type=terminate condition=bad-request"},
		{"bomb", "gzip", squeeze(strings.Repeat(" ", 10<<20)), "type=terminate condition=policy-violation"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			inBubble(t, Options{}, func(b *bench) {
				b.header.Set("Content-Encoding", tc.encoding)
				c := b.post(tc.body)
				c.expect(tc.want)
				if tc.want == "features" && c.answer().attrs["accept"] != "gzip" {
					t.Error("accept is not offered")
				}
			})
		})
	}
}

func TestB8_CORS(t *testing.T) {
	ask := func(b *bench, origin string) http.Header {
		r := httptest.NewRequest(http.MethodOptions, "/http-bind", nil)
		r.Header.Set("Origin", origin)
		r.Header.Set("Access-Control-Request-Method", "POST")
		c := b.do(r)
		if body := c.response(); body != "" || c.rec.Code != http.StatusNoContent {
			t.Errorf("preflight: %d %q", c.rec.Code, body)
		}
		return c.rec.Header()
	}
	inBubbleBehind(t, pagesOf("*"), func(b *bench) {
		h := ask(b, "https://a.example")
		want := map[string]string{
			"Access-Control-Allow-Origin":  "*",
			"Access-Control-Allow-Methods": "POST, OPTIONS",
			"Access-Control-Allow-Headers": "Content-Type, Content-Encoding",
			"Access-Control-Max-Age":       "86400",
		}
		for k, v := range want {
			if h.Get(k) != v {
				t.Errorf("%s: %q, want %q", k, h.Get(k), v)
			}
		}
	})
	inBubbleBehind(t, pagesOf("https://shop.example.com"), func(b *bench) {
		h := ask(b, "https://shop.example.com")
		if h.Get("Access-Control-Allow-Origin") != "https://shop.example.com" || h.Get("Vary") != "Origin" {
			t.Errorf("headers %v", h)
		}
		if h := ask(b, "https://other.example"); h.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("headers %v", h)
		}
		b.header.Set("Origin", "https://shop.example.com")
		for _, body := range []string{creationOf(""), "<nonsense", "<body xmlns='" + wire.NSHTTPBind + "' sid='x' rid='1'/>"} {
			c := b.post(body)
			c.response()
			h := c.rec.Header()
			if h.Get("Access-Control-Allow-Origin") != "https://shop.example.com" || h["Access-Control-Allow-Credentials"] != nil {
				t.Errorf("headers %v", h)
			}
		}
	})
}

func TestB9_T13_T14_Origins(t *testing.T) {
	const shop = "https://shop.example.com"
	public := func(url string) gate.Rules {
		return gate.Rules{Sites: []roster.Site{roster.DefaultSite(nil, url)}}
	}
	cases := []struct {
		name   string
		rules  gate.Rules
		origin string
		ok     bool
	}{
		{"listed", pagesOf(shop), shop, true},
		{"listed with a slash", pagesOf(shop + "/"), shop, true},
		{"listed with its default port", pagesOf(shop + ":443"), shop, true},
		{"none", pagesOf(shop), "", true},
		{"null", pagesOf(shop), "null", false},
		{"null, listed", pagesOf("null"), "null", false},
		{"null, any", pagesOf("*"), "null", true},
		{"longer", pagesOf(shop), "https://shop.example.com.evil", false},
		{"other ending", pagesOf(shop), "https://shop.example.evil", false},
		{"other beginning", pagesOf(shop), "https://evilshop.example.com", false},
		{"other port", pagesOf(shop), shop + ":8443", false},
		{"other scheme", pagesOf(shop), "http://shop.example.com", false},
		{"upper case", pagesOf(shop), "HTTPS://SHOP.EXAMPLE.COM", false},
		{"same host", ownPages(), "http://example.com", true},
		{"same host, listed others", pagesOf(shop), "http://example.com", false},
		{"same host over TLS", ownPages(), "https://example.com", false},
		{"public URL", public("https://chat.example.com/x"), "https://chat.example.com", true},
		{"foreign", public("https://chat.example.com"), shop, false},
	}
	for _, tc := range cases {
		for _, typ := range []string{"text/xml", "text/plain"} {
			t.Run(tc.name+" "+typ, func(t *testing.T) {
				inBubbleBehind(t, tc.rules, func(b *bench) {
					if tc.origin != "" {
						b.header.Set("Origin", tc.origin)
					}
					b.header.Set("Content-Type", typ)
					c := b.post(creationOf(""))
					c.response()
					if ok := c.rec.Code == http.StatusOK; ok != tc.ok {
						t.Errorf("status %d", c.rec.Code)
					}
					if opened := len(b.streams.streams) > 0; opened != tc.ok {
						t.Errorf("opened %v", opened)
					}
				})
			})
		}
	}
}

func TestB10_PipelinedRequests(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		dial, stop := b.serve()
		defer stop()
		p := b.open("")
		c := dial()
		p.stream.send(1)
		go func() {
			_, _ = io.WriteString(c.conn, postText(p.bodyOf(1001, "", msg(5)), "")+postText(p.bodyOf(1002, "", msg(6)), ""))
		}()
		c.expect("1")
		p.stream.send(2)
		c.expect("2")
		if got := p.stream.seen("back", "delivered"); got != "receive message 5, receive message 6" {
			t.Errorf("calls %q", got)
		}
	})
}

func TestB11_HeadersOfEveryResponse(t *testing.T) {
	inBubbleBehind(t, pagesOf("https://a.example"), func(b *bench) {
		foreign := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(creationOf("")))
		foreign.Header.Set("Origin", "https://b.example")
		for _, c := range []*call{
			b.post(creationOf("")), b.post("junk"), b.do(foreign),
			b.do(httptest.NewRequest(http.MethodGet, "/", nil)), b.do(httptest.NewRequest(http.MethodPut, "/", nil)),
		} {
			c.response()
			h := c.rec.Header()
			if h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" ||
				h.Get("Content-Security-Policy") != "default-src 'none'; sandbox" {
				t.Errorf("%d: headers %v", c.rec.Code, h)
			}
		}
	})
}

func TestB12_T12_SecureSessionsStaySecure(t *testing.T) {
	rules := gate.Rules{Sites: ownPages().Sites, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}
	inBubbleBehind(t, rules, func(b *bench) {
		b.header.Set("X-Forwarded-Proto", "https")
		p := b.open("")
		held := p.send()
		b.header.Set("X-Forwarded-Proto", "http")
		if c := p.send("type='terminate'"); c.broken != http.ErrAbortHandler {
			t.Fatalf("not dropped: %v %s", c.broken, c.rec.Body)
		}
		b.header.Set("X-Forwarded-Proto", "https")
		b.remote = "198.51.100.1:1" // not a proxy of ours
		if c := p.at(p.rid); c.broken != http.ErrAbortHandler {
			t.Fatalf("not dropped: %v %s", c.broken, c.rec.Body)
		}
		held.held()
		b.remote = "192.0.2.7:1"
		p.stream.send(1)
		held.expect("1")
		if !p.stream.conn.Info().Secure {
			t.Error("the session is not known as secure")
		}
	})
}

func TestAddressBehindProxies(t *testing.T) {
	rules := gate.Rules{Sites: ownPages().Sites, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("10.0.0.0/8")}}
	cases := []struct{ remote, forwarded, want string }{
		{"192.0.2.7:1", "203.0.113.9", "203.0.113.9"},
		{"192.0.2.7:1", "1.2.3.4, 203.0.113.9, 10.1.1.1", "203.0.113.9"},
		{"192.0.2.7:1", "nonsense", "192.0.2.7"},
		{"192.0.2.7:1", "", "192.0.2.7"},
		{"198.51.100.1:1", "203.0.113.9", "198.51.100.1"},
		{"[::ffff:192.0.2.7]:1", "2001:db8::1", "2001:db8::1"},
	}
	for _, tc := range cases {
		inBubbleBehind(t, rules, func(b *bench) {
			b.remote = tc.remote
			b.header.Set("X-Forwarded-For", tc.forwarded)
			if got := b.open("").stream.conn.Info().Remote.String(); got != tc.want {
				t.Errorf("%s for %q: %s, want %s", tc.remote, tc.forwarded, got, tc.want)
			}
		})
	}
}

func TestB13_ErrorsBelowBOSHOnly(t *testing.T) {
	inBubble(t, Options{MaxRequests: 2}, func(b *bench) {
		p := b.open("")
		c := p.send("pause='9999'")
		c.expect("type=terminate condition=policy-violation")
		d := b.post(creationOf("rid='-1'"))
		d.expect("type=terminate condition=bad-request")
		if c.rec.Code != http.StatusOK || d.rec.Code != http.StatusOK {
			t.Errorf("status %d and %d", c.rec.Code, d.rec.Code)
		}
	})
	inBubble(t, Options{MaxRequests: 1}, func(b *bench) {
		p := b.open("")
		c := p.send()
		c.held()
		over := p.send(msg(1))
		over.response()
		if over.rec.Code != http.StatusServiceUnavailable || over.rec.Header().Get("Retry-After") == "" {
			t.Errorf("overload: %d %v", over.rec.Code, over.rec.Header())
		}
		time.Sleep(31 * time.Second) // the first is answered
		c.expect("")
		p.at(p.rid, msg(1)) // the client tries the same rid again
		if got := p.stream.seen("back"); got != "receive message 1" {
			t.Errorf("calls %q", got)
		}
		if b.m.Stats().Overloaded != 1 {
			t.Error("not counted")
		}
	})
}
