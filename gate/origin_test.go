package gate

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"frontdesk/roster"
)

// ofSite is the gate of a desk with one site.
func ofSite(origins []string, publicURL string) *Gate {
	return New(Rules{Sites: []roster.Site{roster.DefaultSite(origins, publicURL)}})
}

func TestOrigins(t *testing.T) {
	for name, test := range map[string]struct {
		list   []string
		public string
		origin string
		want   bool
	}{
		"no page":           {[]string{"https://a.example"}, "", "", true},
		"listed":            {[]string{"https://a.example"}, "", "https://a.example", true},
		"listed with port":  {[]string{"https://A.example:443"}, "", "https://a.example", true},
		"another":           {[]string{"https://a.example"}, "", "https://b.example", false},
		"another scheme":    {[]string{"https://a.example"}, "", "http://a.example", false},
		"another port":      {[]string{"https://a.example"}, "", "https://a.example:8443", false},
		"suffix":            {[]string{"https://a.example"}, "", "https://a.example.evil.net", false},
		"own host unlisted": {[]string{"https://a.example"}, "", "https://chat.example.com", false},
		"own host":          {nil, "", "http://chat.example.com", true},
		"own host, TLS":     {nil, "", "https://chat.example.com", false},
		"null, listed":      {[]string{"null"}, "", "null", false},
		"public url":        {nil, "https://talk.example.com/x", "https://talk.example.com", true},
		"foreign":           {nil, "https://talk.example.com", "https://b.example", false},
		"null":              {nil, "", "null", false},
	} {
		t.Run(name, func(t *testing.T) {
			g := ofSite(test.list, test.public)
			r := httptest.NewRequest("POST", "http://chat.example.com/visitor", nil)
			if test.origin != "" {
				r.Header.Set("Origin", test.origin)
			}
			h := http.Header{}
			g.SetHeaders(h, r)
			named := h.Get("Access-Control-Allow-Origin")
			if g.Allowed(r) != test.want || (named == test.origin) != test.want || h.Get("Vary") != "Origin" {
				t.Errorf("allowed %v, %v", g.Allowed(r), h)
			}
		})
	}
}

func TestAnyOrigin(t *testing.T) {
	g := ofSite([]string{"https://a.example", "*"}, "")
	r := httptest.NewRequest("POST", "http://chat.example.com/visitor", nil)
	for _, origin := range []string{"https://b.example", "null"} {
		r.Header.Set("Origin", origin)
		h := http.Header{}
		g.SetHeaders(h, r)
		if !g.Allowed(r) || h.Get("Access-Control-Allow-Origin") != "*" || h.Get("Vary") != "" {
			t.Errorf("%s: allowed %v, %v", origin, g.Allowed(r), h)
		}
	}
}

// Pages of our own host come by the way that we are asked by.
func TestOwnOriginBehindProxies(t *testing.T) {
	g := New(Rules{
		Sites:          []roster.Site{roster.DefaultSite(nil, "")},
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")},
	})
	r := httptest.NewRequest("POST", "http://chat.example.com/visitor", nil)
	r.Header.Set("X-Forwarded-Proto", "https")
	for remote, scheme := range map[string]string{"192.0.2.1:1": "https", "198.51.100.1:1": "http"} {
		r.RemoteAddr = remote
		for _, asked := range []string{"http", "https"} {
			r.Header.Set("Origin", asked+"://chat.example.com")
			if g.Allowed(r) != (asked == scheme) {
				t.Errorf("%s for %s: %v", asked, remote, g.Allowed(r))
			}
		}
	}
}

// Each page belongs to the site that names its origin.
func TestSitesOfPages(t *testing.T) {
	g := New(Rules{Sites: []roster.Site{
		{Name: "shop", Origins: []string{"https://shop.example", "https://www.shop.example"}},
		{Name: "blog", Origins: []string{"https://blog.example"}},
		{Name: "ours", OwnHost: true},
	}})
	for origin, want := range map[string]string{
		"":                         "shop", // the first
		"https://shop.example":     "shop",
		"https://www.shop.example": "shop",
		"https://blog.example":     "blog",
		"http://chat.example.com":  "ours",
		"https://evil.example":     "",
		"null":                     "",
	} {
		r := httptest.NewRequest("POST", "http://chat.example.com/http-bind", nil)
		if origin != "" {
			r.Header.Set("Origin", origin)
		}
		if got := g.Caller(r).Site; got != want || g.Allowed(r) != (want != "") {
			t.Errorf("a page of %q is of site %q, want %q", origin, got, want)
		}
	}
}
