package gate

import (
	"crypto/tls"
	"net/http/httptest"
	"net/netip"
	"testing"

	"frontdesk/roster"
)

func TestProxies(t *testing.T) {
	g := New(Rules{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("10.0.0.0/8")}})
	for name, test := range map[string]struct {
		from, forwarded, proto string
		tls                    bool
		remote                 string
		secure                 bool
	}{
		"direct":         {"192.0.2.1:5", "", "", false, "192.0.2.1", false},
		"direct, TLS":    {"192.0.2.1:5", "", "", true, "192.0.2.1", true},
		"a liar":         {"192.0.2.1:5", "198.51.100.1", "https", false, "192.0.2.1", false},
		"one proxy":      {"127.0.0.1:5", "198.51.100.1", "https", false, "198.51.100.1", true},
		"two proxies":    {"127.0.0.1:5", "198.51.100.1, 10.1.2.3", "https", false, "198.51.100.1", true},
		"a lie before":   {"127.0.0.1:5", "203.0.113.9, 198.51.100.1", "http, https", false, "198.51.100.1", true},
		"rubbish":        {"127.0.0.1:5", "unknown", "", false, "127.0.0.1", false},
		"plain in front": {"127.0.0.1:5", "2001:db8::1", "http", false, "2001:db8::1", false},
		"mapped":         {"[::ffff:127.0.0.1]:5", "198.51.100.1", "", false, "198.51.100.1", false},
		"no port":        {"192.0.2.1", "", "", false, "192.0.2.1", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest("POST", "/visitor", nil)
			r.RemoteAddr = test.from
			if test.forwarded != "" {
				r.Header.Set("X-Forwarded-For", test.forwarded)
			}
			if test.proto != "" {
				r.Header.Set("X-Forwarded-Proto", test.proto)
			}
			if test.tls {
				r.TLS = &tls.ConnectionState{}
			}
			got := g.Caller(r)
			if got.Remote.String() != test.remote {
				t.Errorf("from %s, want %s", got.Remote, test.remote)
			}
			if got.Secure != test.secure || g.Secure(r) != test.secure {
				t.Errorf("secure %v", got.Secure)
			}
		})
	}
}

// What the desk counts chats by: an address, an IPv6 /64, and nothing for a
// proxy that does not say whose request it brings.
func TestT20_WhereVisitorsAre(t *testing.T) {
	g := New(Rules{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}})
	for remote, want := range map[string]roster.Network{
		"192.0.2.1":        "192.0.2.1/32",
		"::ffff:192.0.2.1": "192.0.2.1/32",
		"2001:db8::1":      "2001:db8::/64",
		"2001:db8::2:0:1":  "2001:db8::/64",
		"127.0.0.1":        "",
		"127.0.0.2":        "127.0.0.2/32",
		"nowhere":          "",
	} {
		r := httptest.NewRequest("POST", "/http-bind", nil)
		r.RemoteAddr = remote
		if got := g.Caller(r).Network; got != want {
			t.Errorf("who comes from %s is counted at %q, want %q", remote, got, want)
		}
	}
}
