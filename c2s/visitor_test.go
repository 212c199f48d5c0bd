package c2s

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/roster"
)

// ask sends a request to /visitor.
func (b *bench) ask(method string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	h := b.hub.VisitorHandler(NewOrigins([]string{"https://shop.example.com"}, ""), func(*http.Request) netip.Addr {
		return netip.MustParseAddr("192.0.2.7")
	})
	r := httptest.NewRequest(method, "http://"+domain+"/visitor", nil)
	for _, f := range change {
		f(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func read(t *testing.T, w *httptest.ResponseRecorder) identity {
	t.Helper()
	var got identity
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatalf("%s: %v", w.Body, err)
	}
	return got
}

func basic(name, token string) func(*http.Request) {
	return func(r *http.Request) { r.SetBasicAuth(name, token) }
}

func origin(o string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Origin", o) }
}

func TestMakeAVisitor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		seen := map[string]bool{}
		for _, method := range []string{"POST", "GET", "POST"} {
			w := b.ask(method, origin("https://shop.example.com"))
			if w.Code != http.StatusCreated {
				t.Fatalf("%s: %d %s", method, w.Code, w.Body)
			}
			for name, want := range map[string]string{
				"Cache-Control": "no-store", "Content-Type": "application/json",
				"Access-Control-Allow-Origin": "https://shop.example.com", "Vary": "Origin",
				"Access-Control-Allow-Credentials": "",
			} {
				if got := w.Header().Get(name); got != want {
					t.Errorf("%s: %s is %q", method, name, got)
				}
			}
			got := read(t, w)
			if seen[got.JID] || seen[got.Password] || len(got.Password) < 43 {
				t.Errorf("%s: %+v", method, got)
			}
			seen[got.JID], seen[got.Password] = true, true
			expires, err := time.Parse(time.RFC3339, got.Expires)
			if err != nil || time.Until(expires).Round(time.Minute) != 24*time.Hour || !strings.HasSuffix(got.Expires, "Z") {
				t.Errorf("%s: expires %s", method, got.Expires)
			}
			p := b.open("websocket")
			p.plain(roster.VisitorJID(got.JID).Local(), got.Password)
			p.bind("")
			if p.bare() != got.JID {
				t.Errorf("logged in as %s, not %s", p.bare(), got.JID)
			}
			for key := range b.store.tokens {
				if strings.Contains(key, got.Password) {
					t.Error("the token itself is kept")
				}
			}
		}
	})
}

func TestResumeTokensExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		got := read(t, b.ask("POST"))
		local := roster.VisitorJID(got.JID).Local()
		time.Sleep(23 * time.Hour)
		p := b.open("bosh")
		p.plain(local, got.Password) // lasts longer by this
		if outcome(p.only()) != "success" {
			t.Error("a token of 23 hours is refused")
		}
		time.Sleep(23 * time.Hour)
		if w := b.ask("POST", basic(local, got.Password)); w.Code != http.StatusCreated {
			t.Errorf("its use did not prolong it: %d", w.Code)
		}
		time.Sleep(25 * time.Hour)
		late := b.open("bosh")
		late.plain(local, got.Password)
		if outcome(late.only()) != "not-authorized" {
			t.Error("a token of 25 hours is good")
		}
	})
}

func TestRenewAToken(t *testing.T) {
	b := newBench(t)
	first := read(t, b.ask("POST"))
	local := roster.VisitorJID(first.JID).Local()
	for _, name := range []string{local, first.JID} {
		w := b.ask("POST", basic(name, first.Password))
		if got := read(t, w); w.Code != http.StatusCreated || got.JID != first.JID || got.Password == first.Password {
			t.Errorf("as %s: %d %+v", name, w.Code, got)
		}
	}
	if got := read(t, b.ask("GET", basic(local, first.Password))); got.JID == first.JID {
		t.Error("a GET gave a new token to a visitor who was here before")
	}
	for name, change := range map[string]func(*http.Request){
		"wrong token":     basic(local, first.Password+"x"),
		"unknown visitor": basic("visitor-nobody", first.Password),
		"another domain":  basic(local+"@example.net", first.Password),
		"empty":           basic("", ""),
		"bearer":          func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+first.Password) },
	} {
		w := b.ask("POST", change)
		if w.Code != http.StatusUnauthorized || !strings.Contains(w.Body.String(), `"error"`) {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
		if h := w.Header().Get("WWW-Authenticate"); h == "" || strings.HasPrefix(h, "Basic") {
			t.Errorf("%s: browsers would ask for a password: %q", name, h)
		}
	}
}

func TestVisitorMethods(t *testing.T) {
	b := newBench(t)
	if w := b.ask("DELETE"); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, POST, OPTIONS" {
		t.Errorf("DELETE: %d %v", w.Code, w.Header())
	}
	w := b.ask("OPTIONS", origin("https://shop.example.com"))
	if w.Code != http.StatusNoContent || !strings.Contains(w.Header().Get("Access-Control-Allow-Headers"), "Authorization") {
		t.Errorf("OPTIONS: %d %v", w.Code, w.Header())
	}
	w = b.ask("POST", origin("https://evil.example.net"))
	if w.Code != http.StatusForbidden || w.Header().Get("Access-Control-Allow-Origin") != "" || len(b.store.tokens) != 0 {
		t.Errorf("a foreign page: %d %v", w.Code, w.Header())
	}
}

func TestT19_MassSignUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(o *Options) { o.SessionsPerAddress = 6; o.CreationsPerSecond = 1000 })
		made := func() (n int) {
			for range 100 {
				switch w := b.ask("POST"); w.Code {
				case http.StatusCreated:
					n++
				case http.StatusTooManyRequests:
					if w.Header().Get("Retry-After") == "" {
						t.Error("no Retry-After")
					}
				default:
					t.Errorf("%d %s", w.Code, w.Body)
				}
			}
			return n
		}
		if n := made(); n != 6 {
			t.Errorf("%d visitors at once", n)
		}
		time.Sleep(20 * time.Second)
		if n := made(); n != 2 {
			t.Errorf("%d visitors after 20 s", n)
		}
	})
}

func TestVisitorWithoutAStore(t *testing.T) {
	b := newBench(t)
	b.store.broken = errors.New("disk full")
	for _, w := range []*httptest.ResponseRecorder{b.ask("POST"), b.ask("POST", basic("a", "b"))} {
		if w.Code != http.StatusServiceUnavailable || strings.Contains(w.Body.String(), "disk") {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
	if err := b.hub.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if w := b.ask("POST"); w.Code != http.StatusServiceUnavailable {
		t.Errorf("after Close: %d", w.Code)
	}
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
			o := NewOrigins(test.list, test.public)
			r := httptest.NewRequest("POST", "http://chat.example.com/visitor", nil)
			if test.origin != "" {
				r.Header.Set("Origin", test.origin)
			}
			h := http.Header{}
			o.SetHeaders(h, r)
			named := h.Get("Access-Control-Allow-Origin")
			if o.Allowed(r) != test.want || (named == test.origin) != test.want || h.Get("Vary") != "Origin" {
				t.Errorf("allowed %v, %v", o.Allowed(r), h)
			}
		})
	}
}

func TestAnyOrigin(t *testing.T) {
	o := NewOrigins([]string{"https://a.example", "*"}, "")
	r := httptest.NewRequest("POST", "http://chat.example.com/visitor", nil)
	for _, origin := range []string{"https://b.example", "null"} {
		r.Header.Set("Origin", origin)
		h := http.Header{}
		o.SetHeaders(h, r)
		if !o.Allowed(r) || h.Get("Access-Control-Allow-Origin") != "*" || h.Get("Vary") != "" {
			t.Errorf("%s: allowed %v, %v", origin, o.Allowed(r), h)
		}
	}
}

// Pages of our own host come by the way that we are asked by.
func TestOwnOriginBehindProxies(t *testing.T) {
	o := NewOrigins(nil, "", netip.MustParsePrefix("192.0.2.0/24"))
	r := httptest.NewRequest("POST", "http://chat.example.com/visitor", nil)
	r.Header.Set("X-Forwarded-Proto", "https")
	for remote, scheme := range map[string]string{"192.0.2.1:1": "https", "198.51.100.1:1": "http"} {
		r.RemoteAddr = remote
		for _, asked := range []string{"http", "https"} {
			r.Header.Set("Origin", asked+"://chat.example.com")
			if o.Allowed(r) != (asked == scheme) {
				t.Errorf("%s for %s: %v", asked, remote, o.Allowed(r))
			}
		}
	}
}
